import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { logout as endSession } from '@/services/auth';
import {
  getSession,
  mayHaveSession,
  renew,
  type SessionState,
  signedOut,
  subscribe,
} from '@/services/session';
import type { User } from '@/services/types';

interface Auth {
  session: SessionState;
  user: User | null;
  /** Why the session could not be looked up, e.g. the server is down; null otherwise. */
  failure: unknown;
  /** Looks again, after a failure. */
  lookAgain: () => void;
  logout: () => Promise<void>;
}

const AuthContext = createContext<Auth | null>(null);

/** Ends the session and begins the page anew, so that nothing of this person stays in memory or in the address. */
async function logout(): Promise<void> {
  await endSession();
  location.assign('/login');
}

/** Knows who is signed in. On the first load it asks for a renewal, unless nobody has signed in here before. */
export function AuthProvider({ children }: { children: ReactNode }) {
  const session = useSyncExternalStore(subscribe, getSession);
  const queries = useQueryClient();
  const [failure, setFailure] = useState<unknown>(null);
  const lastUser = useRef<string | null>(null);

  const lookAgain = useCallback(() => {
    setFailure(null);
    renew().catch((error: unknown) => setFailure(error));
  }, []);

  useEffect(() => {
    if (getSession().status !== 'unknown') return;
    if (mayHaveSession()) lookAgain();
    else signedOut({ everywhere: false });
  }, [lookAgain]);

  const user = session.status === 'signed-in' ? session.user : null;
  useEffect(() => {
    // Nothing of one person may stay in memory for the next.
    if (lastUser.current && lastUser.current !== user?.id) queries.clear();
    lastUser.current = user?.id ?? null;
  }, [user?.id, queries]);

  const value = useMemo<Auth>(
    () => ({ session, user, failure, lookAgain, logout }),
    [session, user, failure, lookAgain],
  );
  return <AuthContext value={value}>{children}</AuthContext>;
}

export function useAuth(): Auth {
  const auth = useContext(AuthContext);
  if (!auth) throw new Error('useAuth needs an AuthProvider above it');
  return auth;
}

/** The person signed in; only for what is drawn inside the signed-in shell. */
export function useUser(): User {
  const { user } = useAuth();
  if (!user) throw new Error('useUser needs a signed-in person');
  return user;
}
