import { BarChart, LineChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([
  BarChart,
  LineChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  CanvasRenderer,
]);

/** Bars, bars that stand upon those of the same `stack`, or a line; a value there is none of is left out. */
type Series = { name: string; values: (number | null)[]; stack?: string; line?: boolean };
type Step = 'day' | 'month' | 'name';
/** Of each day, of each month that begins on it, or of whatever has the name: in a currency, in SMS credits, in parts of
 * one ("%"), or counted. */
type Chart = { unit: string; step?: Step; days: string[]; series: Series[] };

const SMS = 'SMS';
const COLOURS = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `--chart-${number}`);

/** Draws what is in `data-chart`, in the page's colours, and anew when its width changes. */
export function draw(place: HTMLElement): void {
  const chart = init(place);
  chart.setOption(
    optionsFor(JSON.parse(place.dataset.chart ?? '') as Chart, getComputedStyle(place)),
  );
  new ResizeObserver(() => chart.resize()).observe(place);
}

function optionsFor({ unit, step, days, series }: Chart, style: CSSStyleDeclaration) {
  const colour = (name: string) => resolved(style, name);
  const text = { color: colour('--color-text-quiet'), fontFamily: style.fontFamily };
  const amount = amountIn(unit);
  return {
    animation: false,
    color: COLOURS.map(colour),
    textStyle: text,
    legend: { textStyle: text, bottom: 0, itemWidth: 12, itemHeight: 12, type: 'scroll' as const },
    grid: { top: 12, right: 8, bottom: 40, left: 8, outerBoundsMode: 'same' as const },
    tooltip: {
      trigger: 'axis' as const,
      valueFormatter: (value: unknown) => (value == null ? '–' : amount(Number(value))),
    },
    xAxis: {
      type: 'category' as const,
      data: days.map(dayIn(step)),
      axisLabel: placed(step, text),
    },
    yAxis: {
      type: 'value' as const,
      // Nobody is invited half a time.
      minInterval: unit === '' ? 1 : 0,
      axisLabel: { ...text, formatter: amount },
      splitLine: { lineStyle: { color: colour('--color-line') } },
    },
    series: series.map(seriesOf),
  };
}

/** Every name that finds room; of days some, evenly. */
function placed(step: Step | undefined, text: object) {
  return { ...text, hideOverlap: true, interval: step === 'name' ? 0 : ('auto' as const) };
}

function seriesOf({ name, values, stack, line }: Series) {
  return line
    ? { type: 'line' as const, name, data: values, symbolSize: 6, connectNulls: false }
    : { type: 'bar' as const, name, data: values, barMaxWidth: 24, stack: stack || undefined };
}

/** A canvas knows no custom properties, and no `light-dark()`. */
function resolved(style: CSSStyleDeclaration, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = style.getPropertyValue(name);
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function amountIn(unit: string): (value: number) => string {
  const format = new Intl.NumberFormat(document.documentElement.lang, {
    ...writtenAs(unit),
    minimumFractionDigits: 0,
  });
  return (value) => format.format(value);
}

function writtenAs(unit: string): Intl.NumberFormatOptions {
  if (unit === '%') return { style: 'percent', maximumFractionDigits: 1 };
  return unit === SMS || unit === '' ? {} : { style: 'currency', currency: unit };
}

function dayIn(step: Step = 'day'): (day: string) => string {
  if (step === 'name') return (name) => name;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    ...(step === 'month' ? { year: 'numeric' } : { day: 'numeric' }),
    month: 'short',
    timeZone: 'UTC',
  });
  return (day) => format.format(new Date(`${day}T00:00:00Z`));
}
