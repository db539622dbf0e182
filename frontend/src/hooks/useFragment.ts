import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

/** What a mailed link carries after the `#`. It is a secret, so it leaves the address bar as soon as it is read. */
export function useFragment(): URLSearchParams {
  const { hash, pathname, search } = useLocation();
  const navigate = useNavigate();
  const [values, setValues] = useState(() => new URLSearchParams(hash.slice(1)));

  useEffect(() => {
    if (!hash) return;
    // A second link opened in the same tab changes nothing but the fragment.
    setValues(new URLSearchParams(hash.slice(1)));
    navigate({ pathname, search }, { replace: true });
  }, [hash, pathname, search, navigate]);

  return values;
}
