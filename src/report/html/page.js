'use strict';
(() => {
  const $ = (selector, within) => (within || document).querySelector(selector);
  const $$ = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const data = JSON.parse($('#data').textContent);
  const make = (name, attributes, text) => {
    const node = document.createElement(name);
    for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const svg = (name, attributes, text) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const say = (text) => {
    $$('.toast').forEach((old) => old.remove());
    const toast = make('div', { class: 'toast', role: 'status' }, text);
    document.body.append(toast);
    setTimeout(() => toast.remove(), 2500);
  };
  $$('.tools, .copy, .lanes-tools').forEach((node) => { node.hidden = false; });

  // ---- times
  const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  let zone = 'host';
  const pad = (number) => String(number).padStart(2, '0');
  const offsetIn = (host, at) => {
    if (zone === 'utc') return 0;
    if (zone === 'mine') return -new Date(at).getTimezoneOffset();
    let found = 0;
    for (const [from, minutes] of host.offsets) if (from <= at || found === 0) found = minutes;
    return found;
  };
  const parts = (at, minutes) => {
    const local = new Date(at + minutes * 60000);
    return {
      day: DAYS[local.getUTCDay()] + ' ' + local.getUTCDate() + ' ' + MONTHS[local.getUTCMonth()],
      year: local.getUTCFullYear(),
      minute: pad(local.getUTCHours()) + ':' + pad(local.getUTCMinutes()),
      second: pad(local.getUTCSeconds()),
    };
  };
  const zoneName = (minutes) => {
    const size = Math.abs(minutes);
    return minutes === 0 ? 'UTC' : 'UTC' + (minutes < 0 ? '-' : '+') + pad(Math.floor(size / 60)) + ':' + pad(size % 60);
  };
  // In so long a span a day without its year would be one of several.
  const years = data.to - data.from >= 365 * 86400000;
  const shown = (at, minutes, year = years) => {
    const part = parts(at, minutes);
    return part.day + (year ? ' ' + part.year : '') + ' ' + part.minute + ':' + part.second;
  };
  const stamps = $$('time[datetime]');
  stamps.forEach((stamp) => { stamp.dataset.own = stamp.textContent; });
  const restamp = () => {
    for (const stamp of stamps) {
      const at = Date.parse(stamp.getAttribute('datetime'));
      const own = Number(stamp.dataset.offset);
      const minutes = zone === 'utc' ? 0 : zone === 'mine' ? -new Date(at).getTimezoneOffset() : own;
      stamp.textContent = zone === 'host' ? stamp.dataset.own : shown(at, minutes, years || / \d{4},? /.test(stamp.dataset.own)) + ' ' + zoneName(minutes);
      stamp.title = parts(at, minutes).year + ', ' + zoneName(minutes) + '; ' + stamp.getAttribute('datetime');
    }
  };

  // ---- copying and the script
  const copy = async (text, what) => {
    try {
      await navigator.clipboard.writeText(text);
      say(what + ' copied');
    } catch (refused) {
      const area = make('textarea', { 'aria-label': what, rows: 12 });
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand('copy');
      if (done) area.remove();
      say(done ? what + ' copied' : 'Copy it from the box at the end of the page');
    }
  };
  $$('[data-copy]').forEach((button) => {
    button.addEventListener('click', () => copy(data.copy[button.dataset.copy] || '', 'Text'));
  });
  const script = () => {
    const chosen = $$('[data-step]').filter((box) => box.checked).map((box) => data.steps[Number(box.dataset.step)].line);
    return (data.head + chosen.map((line) => line + '\n').join('') + data.tail).replace(/\n/g, '\r\n');
  };
  const on = (selector, event, act) => { const node = $(selector); if (node) node.addEventListener(event, act); };
  on('#script-copy', 'click', () => copy(script(), 'Script'));
  on('#script-save', 'click', () => {
    const link = make('a', { href: URL.createObjectURL(new Blob([script()], { type: 'text/plain' })), download: 'collect.cmd' });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  // ---- links open what they point at
  const reveal = () => {
    let node = null;
    try { node = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null; } catch (bad) { node = null; }
    if (!node) return;
    for (let up = node; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
    $$('details', node).slice(0, 1).forEach((inner) => { if (node.className === 'incident') inner.open = true; });
    node.scrollIntoView({ block: 'start' });
    const target = node.tagName === 'DETAILS' ? $('summary', node) : node;
    if (target !== node) target.focus({ preventScroll: true });
  };
  addEventListener('hashchange', reveal);
  addEventListener('beforeprint', () => $$('.incident > details').forEach((part) => { part.open = true; }));

  // ---- tables
  $$('table.sortable th').forEach((head) => {
    const heads = Array.from(head.parentElement.children);
    const column = heads.indexOf(head);
    const button = make('button', { type: 'button' }, head.textContent);
    head.replaceChildren(button);
    let up = false;
    button.addEventListener('click', () => {
      up = !up;
      const body = $('tbody', head.closest('table'));
      const value = (row) => {
        const cell = row.children[column];
        const stamp = $('time', cell);
        return stamp ? stamp.getAttribute('datetime') : cell.textContent;
      };
      const rows = Array.from(body.children);
      rows.sort((a, b) => value(a).localeCompare(value(b), 'en', { numeric: true }) * (up ? 1 : -1));
      body.replaceChildren(...rows);
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    });
  });

  // ---- search
  let hits = [];
  let hit = -1;
  const search = $('#search');
  const clear = () => $$('.here').forEach((node) => node.classList.remove('here'));
  const find = () => {
    clear();
    const text = search.value.trim().toLowerCase();
    hit = -1;
    hits = text.length < 2 ? [] : $$('main li, main tr, main p, main dd, main h1, .record > summary').filter((node) => {
      const inner = node.querySelector('li, tr, p');
      return !inner && node.textContent.toLowerCase().includes(text);
    });
    $('#found').textContent = text.length < 2 ? '' : hits.length + (hits.length === 1 ? ' place' : ' places') + (hits.length ? ', Enter goes there' : '');
  };
  search.addEventListener('input', find);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { search.value = ''; find(); }
    if (event.key !== 'Enter' || !hits.length) return;
    event.preventDefault();
    hit = (hit + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
    clear();
    const node = hits[hit];
    for (let up = node.parentElement; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
    node.classList.add('here');
    node.scrollIntoView({ block: 'center' });
    $('#found').textContent = (hit + 1) + ' of ' + hits.length;
  });
  addEventListener('keydown', (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === '/' && !typing) { event.preventDefault(); search.focus(); }
  });

  // ---- the picture
  const picture = $('#picture');
  const tip = $('#tip');
  const ROW = 20;
  const AXIS = 34;
  const whole = { from: data.from, to: Math.max(data.to, data.from + 1) };
  const margin = Math.max((whole.to - whole.from) * 0.02, 30000);
  const ALL = { from: whole.from - margin, to: whole.to + margin };
  let view = { from: ALL.from, to: ALL.to };
  const LEAST = 2000;
  const drawings = [];
  const names = () => (picture.clientWidth < 640 ? 96 : 220);
  const STEPS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 259200, 604800, 1209600, 2592000, 7776000, 31536000, 63072000, 157680000, 315360000].map((seconds) => seconds * 1000);

  const scale = (width) => {
    const left = names();
    const room = Math.max(width - left - 8, 50);
    return {
      left, room,
      x: (at) => left + (at - view.from) / (view.to - view.from) * room,
      at: (x) => view.from + (x - left) / room * (view.to - view.from),
    };
  };
  const first = (items, at) => {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (items[middle].t < at) low = middle + 1; else high = middle;
    }
    return low;
  };
  for (const host of data.hosts) {
    for (const row of host.rows) {
      row.items.sort((a, b) => a.t - b.t);
      row.longest = row.items.reduce((most, item) => Math.max(most, (item.u || item.t) - item.t), 0);
    }
  }
  const seen = (row, from, to, act) => {
    for (let index = first(row.items, from - row.longest); index < row.items.length; index += 1) {
      const item = row.items[index];
      if (item.t > to) break;
      if ((item.u || item.t) >= from) act(item);
    }
  };

  const axis = (root, host, map, height) => {
    const wanted = (view.to - view.from) / Math.max(map.room / 100, 2.5);
    const step = STEPS.find((size) => size >= wanted) || STEPS[STEPS.length - 1];
    const shift = offsetIn(host, view.from) * 60000;
    let day = '';
    let year = 0;
    for (let at = Math.ceil((view.from + shift) / step) * step - shift; at <= view.to; at += step) {
      const x = map.x(at);
      root.append(svg('line', { class: 'grid', x1: x, x2: x, y1: AXIS - 4, y2: height }));
      const part = parts(at, offsetIn(host, at));
      if (x > map.x(view.to) - 40) continue;
      root.append(svg('text', { class: 'axis', x: x + 2, y: 28 }, step >= 86400000 ? '' : part.minute + (step < 60000 ? ':' + part.second : '')));
      if (part.day !== day) {
        root.append(svg('text', { class: 'axis', x: x + 2, y: 13 }, part.day + (part.year === year ? '' : ' ' + part.year)));
        day = part.day;
        year = part.year;
      }
    }
  };

  // Items of one look are one path, however many there are; what falls on one pixel is drawn once.
  const rowPaths = (root, row, map, top) => {
    const paths = new Map();
    const add = (look, piece) => paths.set(look, (paths.get(look) || '') + piece);
    const last = new Map();
    const labels = [];
    const right = map.left + map.room;
    seen(row, view.from, view.to, (item) => {
      const start = Math.max(map.x(item.t), map.left);
      if (item.u) {
        const end = Math.min(Math.max(map.x(item.u), start + 1.5), right);
        const pixel = Math.round(end * 2);
        if (last.get(item.c) === pixel && end - start < 2) return;
        last.set(item.c, pixel);
        const thin = item.c === 'fine' || item.c === 'failed' || item.c === 'away' ? 5 : 3;
        add(item.c, 'M' + start.toFixed(1) + ' ' + (top + thin) + 'H' + end.toFixed(1) + 'V' + (top + ROW - thin) + 'H' + start.toFixed(1) + 'Z');
        if (item.n && end - start > item.n.length * 7 + 8) labels.push([start + 4, item.n]);
      } else if (!item.e) {
        const pixel = Math.round(start * 2);
        if (last.get(item.c) === pixel) return;
        last.set(item.c, pixel);
        add(item.c, 'M' + (start - 1).toFixed(1) + ' ' + (top + 3) + 'h2v' + (ROW - 6) + 'h-2Z');
      }
    });
    for (const [look, path] of paths) root.append(svg('path', { class: look, d: path, 'stroke-width': 0 }));
    for (const [x, text] of labels) root.append(svg('text', { x, y: top + 14 }, text));
  };

  const joins = (root, host, map, tops) => {
    const evidence = host.rows.findIndex((row) => row.kind === 'evidence');
    const faults = host.rows.findIndex((row) => row.kind === 'incidents');
    if (evidence < 0) return;
    const fault = faults >= 0 && data.focus ? host.rows[faults].items.find((item) => item.t >= data.focus[0]) : null;
    let before = -1e9;
    let lift = 0;
    for (const item of host.rows[evidence].items) {
      if (item.t < view.from || item.t > view.to) continue;
      let x = map.x(item.t);
      if (fault && fault.t >= view.from && fault.t <= view.to) {
        const y = tops[faults] + ROW - 3;
        root.append(svg('path', { class: 'join', d: 'M' + map.x(fault.t) + ' ' + y + 'L' + x + ' ' + (tops[evidence] + 10) }));
      }
      lift = x - before < 18 ? lift + 17 : 0;
      before = x;
      x += lift;
      root.append(svg('circle', { class: 'evidence', cx: x, cy: tops[evidence] + 10, r: 8 }));
      root.append(svg('text', { class: 'num', x, y: tops[evidence] + 14 }, item.e));
    }
  };

  // Hosts may have different zones, and their days then begin at different places.
  const zoneOf = (host) => {
    if (!host.placed) return 'times as written; their zone is not known';
    return 'times in ' + zoneName(offsetIn(host, data.focus ? data.focus[0] : whole.from));
  };
  const draw = () => {
    for (const drawing of drawings) {
      const { root, host } = drawing;
      const width = picture.clientWidth;
      const height = AXIS + host.rows.length * ROW + 6;
      const map = scale(width);
      root.setAttribute('height', height);
      // On paper the picture is scaled to the sheet, whatever the window it was drawn for.
      root.setAttribute('viewBox', '0 0 ' + width + ' ' + height);
      drawing.zone.textContent = zoneOf(host);
      const hatch = 'hatch-' + drawings.indexOf(drawing);
      const pattern = svg('pattern', { id: hatch, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' });
      pattern.append(svg('line', { class: 'hatchline', x1: 0, y1: 0, x2: 0, y2: 6 }));
      const defs = svg('defs');
      defs.append(pattern);
      root.replaceChildren(svg('title', {}, 'What happened on ' + host.name), defs);
      const tops = host.rows.map((row, index) => AXIS + index * ROW);
      host.rows.forEach((row, index) => {
        if (index % 2) root.append(svg('rect', { class: 'zebra', x: 0, y: tops[index], width, height: ROW }));
        if (row.kind === 'coverage') root.append(svg('rect', { fill: 'url(#' + hatch + ')', x: map.left, y: tops[index] + 3, width: map.room, height: ROW - 6 }));
      });
      axis(root, host, map, height);
      host.rows.forEach((row, index) => {
        const most = Math.floor((map.left - 12) / 7.3);
        const name = row.name.length > most ? '\u2026' + row.name.slice(row.name.length - most + 1) : row.name;
        root.append(svg('text', { class: 'label', x: 6, y: tops[index] + 14 }, name));
        rowPaths(root, row, map, tops[index]);
      });
      joins(root, host, map, tops);
      if (drawing.band) root.append(svg('rect', { class: 'band', x: Math.min(...drawing.band), y: AXIS, width: Math.abs(drawing.band[1] - drawing.band[0]), height: height - AXIS }));
    }
    listing();
  };
  let asked = 0;
  const redraw = () => {
    if (asked) return;
    asked = requestAnimationFrame(() => { asked = 0; draw(); });
  };
  const look = (from, to) => {
    const span = Math.min(Math.max(to - from, LEAST), ALL.to - ALL.from);
    const middle = (from + to) / 2;
    const start = Math.min(Math.max(middle - span / 2, ALL.from), ALL.to - span);
    view = { from: start, to: start + span };
    redraw();
  };
  const zoom = (factor, at) => {
    const middle = at === undefined ? (view.from + view.to) / 2 : at;
    look(middle - (middle - view.from) * factor, middle + (view.to - middle) * factor);
  };
  const pan = (part) => {
    const span = view.to - view.from;
    look(view.from + span * part, view.to + span * part);
  };
  const fault = () => {
    if (!data.focus) return;
    const more = Math.max((data.focus[1] - data.focus[0]) * 0.15, 300000);
    look(data.focus[0] - more, data.focus[1] + more);
  };

  // What lies under the pointer: the nearest item of the row.
  const under = (drawing, event) => {
    const box = drawing.root.getBoundingClientRect();
    const x = event.clientX - box.left;
    const row = drawing.host.rows[Math.floor((event.clientY - box.top - AXIS) / ROW)];
    const map = scale(picture.clientWidth);
    if (!row || x < map.left) return null;
    const at = map.at(x);
    const reach = (view.to - view.from) / map.room * 6;
    let best = null;
    let score = Infinity;
    seen(row, at - reach, at + reach, (item) => {
      const end = item.u || item.t;
      const away = at < item.t ? item.t - at : at > end ? at - end : 0;
      const size = away + (end - item.t) * 1e-6;
      if (size < score) { score = size; best = item; }
    });
    return best;
  };
  const told = (host, item) => {
    const at = shown(item.t, offsetIn(host, item.t));
    const until = item.u ? ' to ' + shown(item.u, offsetIn(host, item.u)) : '';
    return at + until + ': ' + item.s;
  };
  const listing = () => {
    const list = $('#list');
    if (!list || !list.open) return;
    const lines = [];
    let count = 0;
    for (const host of data.hosts) {
      for (const row of host.rows) {
        if (row.kind === 'coverage') continue;
        seen(row, view.from, view.to, (item) => {
          count += 1;
          lines.push([item.t, host, item]);
        });
      }
    }
    lines.sort((a, b) => a[0] - b[0]);
    const nodes = lines.slice(0, 300).map(([, host, item]) => {
      const line = make('li');
      if (item.a) line.append(make('a', { href: '#' + item.a }, told(host, item)));
      else line.textContent = told(host, item);
      return line;
    });
    if (count > 300) nodes.push(make('li', {}, 'and ' + (count - 300) + ' more: zoom in to see them'));
    $('ol', list).replaceChildren(...nodes);
  };
  on('#list', 'toggle', listing);

  const start = (host) => {
    const root = svg('svg', { class: 'lanes', tabindex: 0, role: 'img', 'aria-label': 'Picture of what happened on ' + host.name + '; the list below says the same in words' });
    const heading = make('h3', {}, host.name + ' ');
    const drawing = { root, host, band: null, zone: make('span', { class: 'hint' }) };
    heading.append(drawing.zone);
    const lanes = make('div', { class: 'host-lanes' });
    lanes.append(heading, root);
    picture.append(lanes);
    drawings.push(drawing);
    let down = null;
    let lastTap = 0;
    const inside = (event) => event.clientX - root.getBoundingClientRect().left;
    root.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      down = inside(event);
      if (event.pointerType === 'mouse') root.setPointerCapture(event.pointerId);
    });
    root.addEventListener('pointermove', (event) => {
      if (down !== null && event.pointerType === 'mouse' && Math.abs(inside(event) - down) > 4) {
        drawing.band = [Math.max(down, names()), Math.max(inside(event), names())];
        tip.hidden = true;
        redraw();
        return;
      }
      const item = under(drawing, event);
      tip.hidden = !item;
      root.style.cursor = item && item.a ? 'pointer' : '';
      if (item) {
        tip.textContent = told(host, item);
        tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)) + 'px';
        tip.style.top = Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8) + 'px';
      }
    });
    root.addEventListener('pointerup', (event) => {
      const band = drawing.band;
      drawing.band = null;
      const pressed = down;
      down = null;
      if (band) {
        const map = scale(picture.clientWidth);
        look(map.at(Math.min(...band)), map.at(Math.max(...band)));
        return;
      }
      if (pressed === null) return;
      const item = under(drawing, event);
      if (event.pointerType !== 'mouse') {
        const twice = event.timeStamp - lastTap < 350;
        lastTap = event.timeStamp;
        if (twice) { zoom(0.5, scale(picture.clientWidth).at(inside(event))); return; }
        tip.hidden = !item;
        if (item) {
          tip.textContent = told(host, item);
          tip.style.left = '8px';
          tip.style.top = Math.min(event.clientY + 20, innerHeight - 90) + 'px';
        }
        return;
      }
      if (item && item.a) { location.hash = item.a; reveal(); }
    });
    root.addEventListener('pointercancel', () => { down = null; drawing.band = null; redraw(); });
    root.addEventListener('pointerleave', () => { tip.hidden = true; });
    root.addEventListener('wheel', (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, scale(picture.clientWidth).at(inside(event)));
    }, { passive: false });
    root.addEventListener('keydown', (event) => {
      const act = { '+': () => zoom(0.6), '=': () => zoom(0.6), '-': () => zoom(1 / 0.6), ArrowLeft: () => pan(-0.2), ArrowRight: () => pan(0.2), Home: () => look(ALL.from, ALL.to), 0: () => look(ALL.from, ALL.to), f: fault }[event.key];
      if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      act();
    });
  };
  if (picture) {
    data.hosts.forEach(start);
    $$('[data-zoom]').forEach((button) => {
      button.addEventListener('click', () => ({ in: () => zoom(0.5), out: () => zoom(2), all: () => look(ALL.from, ALL.to), incident: fault })[button.dataset.zoom]());
    });
    new ResizeObserver(redraw).observe(picture);
    // In months of logs one failure is too small to be seen.
    const whole = ALL.to - ALL.from;
    const far = data.focus && whole > 60 * 86400000 && data.focus[1] - data.focus[0] < whole / 50;
    if (far) {
      look(data.focus[0] - 86400000, data.focus[1] + 86400000);
      $('.lanes-tools .hint').prepend('This is the time around the fault; All shows the rest. ');
    }
    draw();
  }
  on('#zone', 'change', (event) => { zone = event.target.value; restamp(); if (picture) draw(); });
  reveal();
})();
