import { memo, useEffect, useMemo, useRef } from 'react';
import { cn } from '@/utils/cn';
import { type Mark, marksWithin } from '@/utils/marks';
import { Marked } from './Marked';
import { NearView } from './NearView';
import { settleOn } from './settleOn';

interface CodeViewProps {
  text: string;
  marks: readonly Mark[];
  /** Where to scroll besides the marks, as a UTF-16 offset; a new object scrolls again. */
  target: { offset: number } | null;
}

const GROUP_LINES = 100;
const LINE_PIXELS = 22;

interface Line {
  number: number;
  start: number;
  end: number;
}

/** Lines with their numbers; those that a passage stands in are marked. */
export function CodeView({ text, marks, target }: CodeViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const groups = useMemo(() => groupsOf(text), [text]);
  const digits = String(groups.at(-1)?.at(-1)?.number ?? 1).length;

  useEffect(() => {
    if (!target) return;
    const line = groups.flat().find(({ end }) => end >= target.offset)?.number;
    return settleOn(() => host.current?.querySelector(`[data-line="${line}"]`) ?? null, 'start');
  }, [target, groups]);

  return (
    <div ref={host} className="font-mono text-sm leading-[1.375rem] [font-variant-ligatures:none]">
      {groups.map((lines) => {
        const start = lines[0]?.start ?? 0;
        const end = lines.at(-1)?.end ?? 0;
        const within = marksWithin(marks, start, end);
        const isTarget = target !== null && start <= target.offset && target.offset <= end;
        return (
          <NearView
            key={start}
            height={lines.length * LINE_PIXELS}
            now={start === 0 || isTarget || within.some((mark) => mark.look !== 'found')}
          >
            <Lines text={text} lines={lines} marks={within} digits={digits} />
          </NearView>
        );
      })}
    </div>
  );
}

interface LinesProps {
  text: string;
  lines: readonly Line[];
  marks: readonly Mark[];
  digits: number;
}

const Lines = memo(function Lines({ text, lines, marks, digits }: LinesProps) {
  return lines.map(({ number, start, end }) => {
    const within = marksWithin(marks, start, end);
    const isCited = within.some((mark) => mark.look === 'passage');
    return (
      <div
        key={number}
        data-line={number}
        data-cited={isCited || undefined}
        className={cn('flex min-h-[1.375rem] scroll-mt-4', isCited && 'bg-mark/35')}
      >
        <span
          aria-hidden
          className="mr-4 shrink-0 select-none text-right text-ink-3"
          style={{ width: `${digits}ch` }}
        >
          {number}
        </span>
        <span className="min-w-0 flex-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
          <Marked text={text} from={start} to={end} marks={within} />
        </span>
      </div>
    );
  });
});

function groupsOf(text: string): Line[][] {
  const groups: Line[][] = [];
  let start = 0;
  for (const [at, line] of text.split('\n').entries()) {
    if (at % GROUP_LINES === 0) groups.push([]);
    groups.at(-1)?.push({ number: at + 1, start, end: start + line.length });
    start += line.length + 1;
  }
  return groups;
}
