import type { ReadonlySignal } from '@preact/signals';
import type { PresentVisitor } from '../shared/events';
import type { Desk } from './desk';
import { VisitorActions } from './VisitorActions';
import { VisitorCell } from './VisitorCell';
import type { ColumnName } from './visitorColumns';
import './VisitorLine.css';

type Props = {
  desk: Desk;
  visitor: ReadonlySignal<PresentVisitor>;
  columns: readonly ColumnName[];
  index: number;
};

/** One visitor on the site; a click anywhere on the line opens what is known of him. */
export function VisitorLine({ desk, visitor, columns, index }: Props) {
  const { id } = visitor.peek();
  const current = desk.route.place.value.id === id;
  const open = (event: MouseEvent) => {
    const onControl = event.target instanceof Element && event.target.closest('a, button') !== null;
    if (!onControl) desk.route.go('visitors', id);
  };
  return (
    <tr
      class={current ? 'visitor-line visitor-line--current' : 'visitor-line'}
      aria-rowindex={index + 2}
      onClick={open}
    >
      {columns.map((column) => (
        <td key={column} class={`visitor-line__cell visitor-line__cell--${column}`}>
          <VisitorCell desk={desk} visitor={visitor} column={column} />
        </td>
      ))}
      <td class="visitor-line__cell visitor-line__cell--actions">
        <VisitorActions desk={desk} visitor={visitor.value} />
      </td>
    </tr>
  );
}
