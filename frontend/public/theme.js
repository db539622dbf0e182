// Runs before the first paint, so that a dark page never flashes white. A file, since the CSP forbids inline scripts.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('biblios:theme');
  } catch {
    // Storage is blocked: the system's preference decides.
  }
  const dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark ? '#15171d' : '#fcfcfd');
})();
