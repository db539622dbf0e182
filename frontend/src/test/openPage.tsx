import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router';
import { Queries } from '@/App';
import { AuthProvider } from '@/contexts/AuthContext';
import { ShellContext } from '@/contexts/ShellContext';
import { signedIn } from '@/services/session';
import type { User } from '@/services/types';
import { signIn } from './server';

const SHELL = {
  openPalette: () => undefined,
  openShortcuts: () => undefined,
  collapsed: false,
  toggleSidebar: () => undefined,
};

const Address = () => {
  const { pathname, search } = useLocation();
  return <p data-testid="address">{decodeURIComponent(pathname + search.replaceAll('+', ' '))}</p>;
};

/** One page for a signed-in person, at an address; every other address is empty. `as`: what is special about them. */
export function openPage(page: ReactNode, route: string, path: string, as: Partial<User> = {}) {
  const session = signIn();
  signedIn({ ...session, user: { ...session.user, ...as } });
  const user = userEvent.setup();
  const view = render(
    <Queries>
      <MemoryRouter initialEntries={[path]}>
        <AuthProvider>
          <ShellContext value={SHELL}>
            <Routes>
              <Route path={route} element={page} />
              <Route path="*" element={null} />
            </Routes>
            <Address />
          </ShellContext>
        </AuthProvider>
      </MemoryRouter>
    </Queries>,
  );
  return { user, view };
}
