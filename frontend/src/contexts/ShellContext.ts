import { createContext, useContext } from 'react';

interface ShellControls {
  openPalette: () => void;
  openShortcuts: () => void;
  collapsed: boolean;
  toggleSidebar: () => void;
}

export const ShellContext = createContext<ShellControls | null>(null);

export function useShell(): ShellControls {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error('useShell needs the Shell above it');
  return shell;
}
