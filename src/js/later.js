/** A promise that is made when somebody asks for it. */
export class Later {
  #promise = null;
  #settle = null;
  /** How it has settled. */
  #outcome = null;

  get promise() {
    this.#promise ??= new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#tell();
    });
    return this.#promise;
  }

  resolve() {
    this.#outcome ??= ({ resolve }) => resolve();
    this.#tell();
  }

  reject(error) {
    this.#outcome ??= ({ reject }) => reject(error);
    this.#tell();
  }

  /**
   * Settles it as the end of something, with what went wrong.
   * @param isHeard whether the application hears of it elsewhere too; where it does not, the rejection is left to be noticed
   */
  end(error, isHeard) {
    if (error) {
      this.reject(error);
      const { promise } = this;
      if (isHeard) promise.catch(() => {});
    } else {
      this.resolve();
    }
  }

  #tell() {
    if (this.#settle) this.#outcome?.(this.#settle);
  }
}
