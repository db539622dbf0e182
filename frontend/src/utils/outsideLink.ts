/** An address in an answer that leads out of here, taken apart so that its domain is seen. */
export interface OutsideLink {
  /** What a browser opens. */
  href: string;
  /** What stands before the domain, the domain as the network knows it, and what follows. */
  before: string;
  domain: string;
  after: string;
  /** The domain in the signs in which it was written, where these are others. */
  written: string | null;
  /** Something before an "@" reads like a domain and is none. */
  hasUser: boolean;
}

const WRITTEN_HOST = /^https?:[\\/]*(?:[^/\\?#@]*@)*([^/\\?#:]+)/i;

/** Null for whatever is no address of the web: nothing else is ever opened from an answer. */
export function outsideLink(href: string | undefined): OutsideLink | null {
  if (!href || !URL.canParse(href)) return null;
  const url = new URL(href);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const user = [url.username, url.password].filter(Boolean).join(':');
  const written = decoded(WRITTEN_HOST.exec(href)?.[1] ?? url.hostname);
  return {
    href: url.href,
    before: `${url.protocol}//${user && `${user}@`}`,
    domain: url.hostname,
    after: `${url.port && `:${url.port}`}${url.pathname}${url.search}${url.hash}`,
    written: written.toLowerCase() === url.hostname ? null : written,
    hasUser: user !== '',
  };
}

function decoded(host: string): string {
  try {
    return decodeURIComponent(host);
  } catch {
    return host;
  }
}
