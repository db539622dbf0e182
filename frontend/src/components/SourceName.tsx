import { useConnectors } from '@/hooks/useConnectors';
import { useSourceName } from '@/hooks/useSourceName';
import type { SourceConnection } from '@/services/types';
import { cn } from '@/utils/cn';
import { ServiceSign } from './ServiceSign';

interface SourceNameProps {
  source: string;
  connection: SourceConnection | null | undefined;
  className?: string;
}

/** Where something comes from: its connection with the sign of the service, else its source. */
export function SourceName({ source, connection, className }: SourceNameProps) {
  const nameOf = useSourceName();
  const connectors = useConnectors().data;
  if (!connection) return <span className={className}>{nameOf(source)}</span>;
  const service = connectors?.find(({ type }) => type === connection.type);
  return (
    <span className={cn('inline-flex min-w-0 items-center gap-1', className)}>
      <ServiceSign name={service?.icon} className="size-3.5 shrink-0" />
      <span className="sr-only">{nameOf(connection.type)}: </span>
      <span className="truncate">{connection.name || nameOf(connection.type)}</span>
    </span>
  );
}
