import { BarChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([BarChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** Amounts of each day: in a currency, in SMS credits, or, with no unit, of whatever is counted. */
type Chart = { unit: string; days: string[]; series: { name: string; values: number[] }[] };

const SMS = 'SMS';

/** Draws the amounts in `data-chart` as bars, in the page's colours, and anew when its width changes. */
export function draw(place: HTMLElement): void {
  const chart = init(place);
  chart.setOption(
    optionsFor(JSON.parse(place.dataset.chart ?? '') as Chart, getComputedStyle(place)),
  );
  new ResizeObserver(() => chart.resize()).observe(place);
}

function optionsFor({ unit, days, series }: Chart, style: CSSStyleDeclaration) {
  const colour = (name: string) => resolved(style, name);
  const text = { color: colour('--color-text-quiet'), fontFamily: style.fontFamily };
  const amount = amountIn(unit);
  return {
    animation: false,
    color: [colour('--color-success'), colour('--color-accent-text'), colour('--color-waiting')],
    textStyle: text,
    legend: { textStyle: text, bottom: 0, itemWidth: 12, itemHeight: 12 },
    grid: { top: 12, right: 8, bottom: 56, left: 8, outerBoundsMode: 'same' as const },
    tooltip: {
      trigger: 'axis' as const,
      valueFormatter: (value: unknown) => amount(Number(value)),
    },
    xAxis: { type: 'category' as const, data: days.map(dayOf), axisLabel: text },
    yAxis: {
      type: 'value' as const,
      // Nobody is invited half a time.
      minInterval: unit === '' ? 1 : 0,
      axisLabel: { ...text, formatter: amount },
      splitLine: { lineStyle: { color: colour('--color-line') } },
    },
    series: series.map(({ name, values }) => ({
      type: 'bar' as const,
      name,
      data: values,
      barMaxWidth: 24,
    })),
  };
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
  const options = unit === SMS || unit === '' ? {} : { style: 'currency' as const, currency: unit };
  const format = new Intl.NumberFormat(document.documentElement.lang, {
    ...options,
    minimumFractionDigits: 0,
  });
  return (value) => format.format(value);
}

function dayOf(day: string): string {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  });
  return format.format(new Date(`${day}T00:00:00Z`));
}
