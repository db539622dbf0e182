import type { CredentialKind, GivenCredentials } from '@/services/types';

export interface Typed {
  kind: CredentialKind;
  token: string;
  key: string;
}

export type Missing = 'tokenMissing' | 'keyMissing' | 'keyShape';

export const typedNothing = (kinds: readonly CredentialKind[]): Typed => ({
  kind: kinds[0] ?? 'token',
  token: '',
  key: '',
});

/** What is wrong with what was typed, before anything is sent. */
export function missingOf({ kind, token, key }: Typed): Missing | null {
  switch (kind) {
    case 'oauth':
      return null;
    case 'token':
      return token.trim() ? null : 'tokenMissing';
    case 'service_account':
      return key.trim() ? (isObject(key) ? null : 'keyShape') : 'keyMissing';
  }
}

/** As the server takes it; nothing when it is allowed at the provider's page. */
export function credentialsOf({ kind, token, key }: Typed): GivenCredentials | undefined {
  switch (kind) {
    case 'oauth':
      return undefined;
    case 'token':
      return { token: token.trim() };
    case 'service_account':
      return { service_account: key.trim() };
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
