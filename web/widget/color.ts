// The shop's own colour, made readable: WCAG contrast is kept whatever a shop chooses.

type Rgb = [number, number, number];

export const DEFAULT_COLOR = '#0E7C86';
/** The widget's surface in light and in dark. */
const SURFACE: Record<'light' | 'dark', Rgb> = { light: [255, 255, 255], dark: [28, 35, 38] };
const AA = 4.5;

export function parse(text: string | null | undefined): Rgb | null {
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec((text ?? '').trim())?.[1];
  if (!hex) return null;
  const full = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex;
  return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16)) as Rgb;
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const hex = (color: Rgb): string => `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** Moves a colour towards black or white until it can be read on `ground`. */
function readable(color: Rgb, ground: Rgb): Rgb {
  const goal: Rgb = luminance(ground) > 0.4 ? [0, 0, 0] : [255, 255, 255];
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = color.map((part, at) => part + ((goal[at] ?? 0) - part) * share) as Rgb;
    if (contrast(mixed, ground) >= AA) return mixed;
  }
  return goal;
}

export interface Palette {
  /** What buttons and own bubbles are filled with. */
  fill: string;
  /** Text on the fill. */
  on: string;
  /** The colour as text or line on the surface. */
  text: string;
}

/** `color` is a hex colour; anything else gives the house colour. */
export function palette(color: string | null | undefined, scheme: 'light' | 'dark'): Palette {
  const fill = parse(color) ?? (parse(DEFAULT_COLOR) as Rgb);
  const white: Rgb = [255, 255, 255];
  const ink: Rgb = [20, 27, 31];
  const on = contrast(fill, white) >= AA ? white : ink;
  const shown = contrast(fill, on) >= AA ? fill : readable(fill, on);
  return { fill: hex(shown), on: hex(on), text: hex(readable(fill, SURFACE[scheme])) };
}
