import arrowDown from 'icon:arrow-down';
import arrowUp from 'icon:arrow-up';
import { useMemo } from 'preact/hooks';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { useMedia } from './useMedia';
import { useWindow } from './useWindow';
import { VisitorLine } from './VisitorLine';
import { type ColumnName, columnName, type Sort, WIDTHS } from './visitorColumns';
import type { VisitorFilter } from './visitorOrder';
import './VisitorTable.css';

const ROW = 44;
const TALL_ROW = 64;
const ACTIONS_WIDTH = '5.5rem';
const NARROW_COLUMNS: readonly ColumnName[] = ['visitor', 'state', 'page', 'on_site'];

type Props = { desk: Desk; ids: readonly number[]; filter: VisitorFilter };

/** Those on the site, line by line; only the lines that can be seen are drawn (V-21). */
export function VisitorTable({ desk, ids, filter }: Props) {
  const narrow = useMedia('(width < 48rem)');
  const height = narrow ? TALL_ROW : ROW;
  const { sort, columns: chosen } = desk.preferences;
  const order = useMemo(() => ({}), [filter, sort.value]);
  const { scroller, from, to, before, behind, onScroll } = useWindow(ids.length, height, order);
  const columns = narrow ? NARROW_COLUMNS : chosen.value;
  const widths = [...columns.map((column) => WIDTHS[column]), ACTIONS_WIDTH].join(' ');
  return (
    <section
      class="visitor-table"
      ref={scroller}
      aria-label={t('Visitors on the site')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
      tabIndex={0}
      onScroll={onScroll}
      style={{ '--visitor-row': `${height}px`, '--visitor-columns': widths }}
    >
      <table class="visitor-table__table" aria-rowcount={ids.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Heading
                key={column}
                column={column}
                sort={sort.value}
                onSort={(newSort) => {
                  sort.value = newSort;
                }}
              />
            ))}
            <th class="visitor-table__heading visitor-table__heading--actions" scope="col">
              <span class="unseen">{t('Invite')}</span>
            </th>
          </tr>
        </thead>
        <tbody style={{ paddingBlock: `${before}px ${behind}px` }}>
          {ids.slice(from, to).map((id, index) => {
            const visitor = desk.visitors.rows.row(id);
            return (
              visitor && (
                <VisitorLine
                  key={id}
                  desk={desk}
                  visitor={visitor}
                  columns={columns}
                  index={from + index}
                />
              )
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

type HeadingProps = { column: ColumnName; sort: Sort; onSort: (sort: Sort) => void };

function Heading({ column, sort, onSort }: HeadingProps) {
  const sorted = sort.column === column;
  const direction = sort.descending ? 'descending' : 'ascending';
  return (
    <th
      class={`visitor-table__heading visitor-table__heading--${column}`}
      scope="col"
      aria-sort={sorted ? direction : undefined}
    >
      <button
        class="visitor-table__sort"
        type="button"
        title={t('Sort by this column')}
        onClick={() => onSort({ column, descending: sorted && !sort.descending })}
      >
        <span class="visitor-table__name">{columnName(column)}</span>
        {sorted && <Icon shape={sort.descending ? arrowDown : arrowUp} size="small" />}
      </button>
    </th>
  );
}
