const STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

const controller = new AbortController();
let received = 0;
let graceful = false;

/**
 * Takes SIGINT and SIGTERM from the first moment on. A command that has called `stopGracefully` is asked to stop, so that what
 * was proved can be printed; any other, and one that is asked twice, leaves at once. The second time it
 * is the signal itself that ends the process, for process.exit waits for the addon's work on libuv's threads.
 */
export function listen(): void {
  for (const [name, status] of Object.entries(STATUS)) {
    process.on(name, () => {
      if (!graceful) process.exit(status);
      if (received !== 0) {
        process.removeAllListeners(name);
        process.kill(process.pid, name);
      }
      received = status;
      controller.abort();
    });
  }
}

/** From here on a signal aborts what is given this, instead of ending the process. */
export function stopGracefully(): AbortSignal {
  graceful = true;
  return controller.signal;
}

/** 130 or 143 once a signal came, else 0. */
export function signalStatus(): number {
  return received;
}
