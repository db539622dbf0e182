import { formatAgo, formatDateTime } from '@/utils/format';

/** How long ago something was; the exact time on hover. */
export const Ago = ({ at }: { at: string }) => (
  <time dateTime={at} title={formatDateTime(at)}>
    {formatAgo(at)}
  </time>
);
