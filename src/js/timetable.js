/*!
 * In this file is croner, under this license:
 *
 * The MIT License (MIT)
 *
 * Copyright (c) 2015-2026 Hexagon <github.com/Hexagon>
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */

/** Times by cron expression. A file of its own, which is loaded where an application has one; it may share nothing with the others. */
import { Cron } from "croner";

/**
 * @returns a function that gives the next time behind another, both in milliseconds; it throws what is wrong
 *   with the expression
 */
export function timetable(expression) {
  const cron = new Cron(expression, { utcOffset: 0, mode: "5-or-6-parts" });
  const next = (time) => cron.nextRun(new Date(time))?.getTime();
  if (next(Date.now()) === undefined) throw new RangeError("there is no such date");
  return next;
}
