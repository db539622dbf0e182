import { createContext, useContext } from 'react';

interface UploadActions {
  pickFiles: () => void;
  pickFolder: () => void;
}

export const UploadContext = createContext<UploadActions | null>(null);

/** Opens the choice of files from anywhere on a signed-in page. */
export function useUploadActions(): UploadActions {
  const actions = useContext(UploadContext);
  if (!actions) throw new Error('useUploadActions needs an UploadArea above it');
  return actions;
}
