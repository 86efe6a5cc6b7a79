/** The same types by `require`. */
import brookmark = require("brookmark");
import slim = require("brookmark/slim");
import js = require("brookmark/js");
import connectors = require("brookmark/connectors");
import emulator = require("brookmark/emulators/flowdock");
import salesforce = require("brookmark/emulators/salesforce");

const stream: brookmark.Stream = brookmark.sse("https://example.org/events", { bookmark: "deals" });
const store: brookmark.Store = brookmark.memoryStore();

export const flows: brookmark.Stream<connectors.FlowdockMessage> = connectors.flowdock({ token: "t", flows: ["acme/main"] });
export const emulated: Promise<emulator.FlowdockEmulator> = emulator.flowdockEmulator();
export const errors: readonly salesforce.SalesforceError[] = salesforce.salesforceErrors;
export const loaded: Promise<void> = slim.init();
export const info: { readonly version: string } = js.runtimeInfo();
export const closed: Promise<void>[] = [stream.closed, brookmark.clearBookmark("deals", store)];

// @ts-expect-error no such policy
brookmark.sse("https://example.org/events", { onHandlerError: "ignore" });
