/** The files in what was dropped or picked, folders included, each with its path inside the folder. */

export interface PickedFile {
  file: File;
  path: string;
}

/** What operating systems and version control leave in folders; nobody means to ask questions about it. */
const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', '.git', '.svn', '__MACOSX', 'node_modules']);

export const isLitter = (path: string): boolean => path.split('/').some((part) => LITTER.has(part));

export function pickedFiles(list: Iterable<File>): PickedFile[] {
  return [...list]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ path }) => !isLitter(path));
}

/** Must be called while the drop event is handled: the browser empties the list right after. */
export async function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry?.());
  const plain = [...transfer.files];
  const files: PickedFile[] = [];
  if (entries.length === 0 || entries.some((entry) => !entry)) return pickedFiles(plain);
  for (const entry of entries) if (entry) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, into: PickedFile[]): Promise<void> {
  if (isLitter(entry.name)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    into.push({ file, path: entry.fullPath.replace(/^\/+/, '') });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  while (true) {
    // A reader gives at most 100 entries at once and an empty list at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return;
    for (const child of batch) await collect(child, into);
  }
}
