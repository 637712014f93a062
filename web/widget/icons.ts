// One set of line icons on a 24 grid, drawn here so that nothing is loaded.

const PATHS = {
  chat: 'M4 5.5h16v11H11.5L7 20v-3.5H4z M8 9.5h8 M8 12.8h5',
  down: 'M6 9.5l6 6 6-6',
  close: 'M6.5 6.5l11 11 M17.5 6.5l-11 11',
  more: 'M5.5 12h.01 M12 12h.01 M18.5 12h.01',
  smile: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z M8.5 14c.8 1.3 2 2 3.5 2s2.7-.7 3.5-2 M9 9.8h.01 M15 9.8h.01',
  image: 'M4 5h16v14H4z M4 16l4.5-4.5 4 4 3-3L20 17 M15.5 9h.01',
  clip: 'M19 11.5l-7.2 7.2a4.3 4.3 0 0 1-6.1-6.1l7.6-7.6a2.9 2.9 0 0 1 4.1 4.1l-7.5 7.5a1.4 1.4 0 0 1-2-2l6.8-6.8',
  mic: 'M12 3.5a2.7 2.7 0 0 1 2.7 2.7v5a2.7 2.7 0 0 1-5.4 0v-5A2.7 2.7 0 0 1 12 3.5z M6 11.3a6 6 0 0 0 12 0 M12 17.3v3.2',
  send: 'M4.5 12L20 4.5 15.5 20l-3.5-6.5z M12 13.5l3.5-4',
  check: 'M5.5 12.5l4.2 4.2L18.5 8',
  checks: 'M2.5 12.8l4 4L14 9 M11 15.8l1.2 1L21.5 8',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z M12 8v4.3l2.8 1.7',
  alert: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z M12 8v4.8 M12 16h.01',
  retry: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4 M19.8 3.8v4h-4',
  quote: 'M9.5 7L5 11.5 9.5 16 M5.5 11.5H14a5 5 0 0 1 5 5v1',
  undo: 'M8 5L4 9l4 4 M4.5 9H14a5.2 5.2 0 0 1 0 10.4H9',
  copy: 'M9 9h10.5v10.5H9z M6 15H4.5V4.5H15V6',
  play: 'M8 5.5v13l10.5-6.5z',
  pause: 'M8.5 6v12 M15.5 6v12',
  download: 'M12 4v11 M7.5 10.8L12 15.3l4.5-4.5 M5 19.5h14',
  doc: 'M6 3.5h8l4.5 4.5v12.5H6z M13.5 3.8v4.7h4.8',
  bell: 'M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5z M10.3 20.5h3.4',
  mute: 'M6.5 16.5V11a5.5 5.5 0 0 1 .8-2.9 M9.5 6.1a5.5 5.5 0 0 1 8 4.9v3 M19 18H5l1.5-1.5 M10.3 20.5h3.4 M4.5 4.5l15 15',
  star: 'M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z',
  end: 'M9.5 4.5H5v15h4.5 M14.5 8l4 4-4 4 M18 12H9.5',
  bag: 'M5.5 8h13l1 12h-15z M9 10.5V7.2a3 3 0 0 1 6 0v3.3',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: what it means is said by the control that carries it. */
export function icon(name: IconName, size = 20): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [key, value] of Object.entries({
    viewBox: '0 0 24 24',
    width: size,
    height: size,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': 1.7,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
    class: `i i-${name}`,
  })) svg.setAttribute(key, String(value));
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
