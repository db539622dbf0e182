/** How often the place is looked up again while what stands above it gets its true height. */
const SETTLE_FRAMES = 6;

/** Scrolls to an element for some frames; the result ends it. */
export function settleOn(find: () => Element | null, block: ScrollLogicalPosition): () => void {
  let frames = SETTLE_FRAMES;
  let handle = 0;
  const step = () => {
    find()?.scrollIntoView({ block });
    frames -= 1;
    if (frames > 0) handle = requestAnimationFrame(step);
  };
  step();
  return () => cancelAnimationFrame(handle);
}
