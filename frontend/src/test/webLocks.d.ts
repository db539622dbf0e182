/** What Node says of its Web Locks, which jsdom lacks. */
declare module 'node:worker_threads' {
  export const locks: LockManager;
}
