import { effect } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { RowSet } from './rowSet';

type Line = { id: number; text: string };

describe('a set of rows', () => {
  it('redraws the row that changed and not the list', () => {
    const rows = new RowSet<Line>();
    rows.replace([
      { id: 1, text: 'a' },
      { id: 2, text: 'b' },
    ]);
    const drawn: string[] = [];
    effect(() => void drawn.push(`list ${rows.ids.value.length}`));
    effect(() => void drawn.push(`row ${rows.row(2)?.value.text}`));

    rows.change(2, (row) => ({ ...row, text: 'c' }));

    expect(drawn).toEqual(['list 2', 'row b', 'row c']);
  });

  it('keeps the signals of those who stay', () => {
    const rows = new RowSet<Line>();
    rows.put({ id: 1, text: 'a' });
    const row = rows.row(1);

    rows.replace([
      { id: 1, text: 'b' },
      { id: 3, text: 'c' },
    ]);

    expect(rows.row(1)).toBe(row);
    expect(row?.value.text).toBe('b');
    expect(rows.ids.value).toEqual([1, 3]);
  });

  it('forgets who has gone', () => {
    const rows = new RowSet<Line>();
    rows.put({ id: 1, text: 'a' });
    rows.remove(1);

    expect(rows.has(1)).toBe(false);
    expect(rows.rows()).toEqual([]);
  });
});
