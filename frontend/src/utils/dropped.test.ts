import { describe, expect, it } from 'vitest';
import { droppedFiles, isLitter, pickedFiles } from './dropped';

const fileEntry = (path: string) => ({
  isFile: true,
  isDirectory: false,
  name: path.split('/').at(-1),
  fullPath: path,
  file: (done: (file: File) => void) => done(new File(['x'], path.split('/').at(-1) ?? '')),
});
const folderEntry = (path: string, batches: object[][]) => ({
  isFile: false,
  isDirectory: true,
  name: path.split('/').at(-1),
  fullPath: path,
  createReader: () => {
    const left = [...batches];
    return { readEntries: (done: (entries: object[]) => void) => done(left.shift() ?? []) };
  },
});
const transfer = (entries: object[]) =>
  ({
    items: entries.map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry })),
    files: [],
  }) as unknown as DataTransfer;

describe('droppedFiles', () => {
  it('walks folders to their end, also when a reader gives its entries in parts', async () => {
    const folder = folderEntry('/notes', [
      [fileEntry('/notes/a.md'), folderEntry('/notes/deep', [[fileEntry('/notes/deep/b.md')]])],
      [fileEntry('/notes/c.md')],
    ]);
    const files = await droppedFiles(transfer([folder, fileEntry('/single.txt')]));
    expect(files.map(({ path }) => path)).toEqual([
      'notes/a.md',
      'notes/deep/b.md',
      'notes/c.md',
      'single.txt',
    ]);
  });

  it('leaves litter of systems out', async () => {
    const folder = folderEntry('/p', [
      [fileEntry('/p/.DS_Store'), folderEntry('/p/.git', [[fileEntry('/p/.git/x')]])],
    ]);
    expect(await droppedFiles(transfer([folder]))).toEqual([]);
    expect(isLitter('a/node_modules/b.js')).toBe(true);
    expect(isLitter('a/.env.md')).toBe(false);
  });
});

it('keeps the path of a picked folder', () => {
  const file = Object.assign(new File(['x'], 'a.md'), {});
  Object.defineProperty(file, 'webkitRelativePath', { value: 'notes/a.md' });
  expect(pickedFiles([file])[0]?.path).toBe('notes/a.md');
});
