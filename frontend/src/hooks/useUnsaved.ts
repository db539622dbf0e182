import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';

/**
 * Asks before what is not saved is left by a link or by closing the tab. `leaving`: where somebody wants to go, to be
 * asked about; null: nowhere.
 */
export function useUnsaved(dirty: boolean) {
  const navigate = useNavigate();
  const [leaving, setLeaving] = useState<string | null>(null);
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const ask = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (!(link instanceof HTMLAnchorElement) || link.target === '_blank') return;
      if (link.origin !== window.location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      setLeaving(link.pathname + link.search + link.hash);
    };
    window.addEventListener('beforeunload', warn);
    document.addEventListener('click', ask, true);
    return () => {
      window.removeEventListener('beforeunload', warn);
      document.removeEventListener('click', ask, true);
    };
  }, [dirty]);
  return {
    leaving,
    stay: () => setLeaving(null),
    leave: () => {
      if (leaving !== null) void navigate(leaving);
      setLeaving(null);
    },
  };
}
