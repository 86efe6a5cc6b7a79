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

  #tell() {
    if (this.#settle) this.#outcome?.(this.#settle);
  }
}
