/** Names and addresses that mean this very machine to whoever opens them. */
const THIS_MACHINE = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\])$/;

interface LinkToHandOn {
  link: string;
  /** Whether it leads nowhere on any other machine. */
  hereOnly: boolean;
}

/**
 * A link as it is given to somebody else. A server that was not told its own address writes one that means the machine
 * it is opened on; the address at which the page is open is known to lead to the server.
 */
export function linkToHandOn(link: string, page: Pick<Location, 'origin' | 'hostname'>): LinkToHandOn {
  const asWritten = { link, hereOnly: false };
  if (!URL.canParse(link)) return asWritten;
  const { hostname, pathname, search, hash } = new URL(link);
  if (!THIS_MACHINE.test(hostname)) return asWritten;
  return { link: page.origin + pathname + search + hash, hereOnly: THIS_MACHINE.test(page.hostname) };
}
