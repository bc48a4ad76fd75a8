/* Draws the ports of a pool: every cell is one, free, live, or in TIME_WAIT, cooling until it comes back. */
(function () {
  'use strict';
  var POLL_MILLIS = 250, CALM_POLL_MILLIS = 1000, LOST_POLL_MILLIS = 2000, TEXT_MILLIS = 250;
  var FREE = 0, LIVE = 1, HELD = 2, HOT = 3, SHADES = 64;
  var LARGEST_CELL = 26, GAPS_FROM = 5, MARKS_FROM = 6;
  var calm = window.matchMedia('(prefers-reduced-motion: reduce)');
  var title = document.title;

  function element(name, className, parent) {
    var made = document.createElement(name);
    made.className = className;
    parent.appendChild(made);
    return made;
  }
  function count(value) { return value.toLocaleString('en-US'); }
  function seconds(millis) {
    var value = Math.max(0, millis) / 1000;
    return value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0) + ' s';
  }

  // ---- refusals, wherever the page has a place for them

  function tellRefusals(answer) {
    var headline = answer.headline || '';
    document.documentElement.classList.toggle('refused', headline !== '');
    document.querySelectorAll('[data-refusal]').forEach(function (place) {
      place.hidden = headline === '';
      if (place.dataset.headline !== headline) {
        place.dataset.headline = headline;
        place.replaceChildren();
        element('strong', 'headline', place).textContent = headline;
        element('span', 'detail', place).textContent = answer.detail || '';
      }
    });
    document.querySelectorAll('[data-refused]').forEach(function (place) {
      place.textContent = answer.refused === 0 ? '' : count(answer.refused) + ' refused with no free port so far';
    });
    if (headline !== '' && document.title === title) { document.title = headline + ' – ' + title; }
    if (headline === '' && document.title !== title) { document.title = title; }
  }

  // ---- the map

  function portMap(root) {
    var canvas = element('canvas', 'cells', root), legend = element('p', 'legend', root), words = element('p', 'words', root);
    var paint = canvas.getContext('2d'), small = document.createElement('canvas'), overlay = document.createElement('canvas');
    words.id = (root.id || 'port-map') + '-words';
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'Map of the ports');
    canvas.setAttribute('aria-describedby', words.id);
    [['free', 'free'], ['live', 'live'], ['hot', 'TIME_WAIT, just closed'], ['cold', 'TIME_WAIT, back soon'], ['held', 'held by another process']]
      .forEach(function (each) {
        var item = element('span', 'key', legend);
        element('span', 'swatch ' + each[0], item);
        item.appendChild(document.createTextNode(each[1]));
      });

    var ports = 0, first = 0, timeWait = 1, towards = '', at = null, chosen = -1, ended = false;
    var fixed = new Uint8Array(0), release = new Float64Array(0), before = new Float64Array(0);
    var cell = 1, columns = 1, rows = 1, pixels = null, cells = null, palette = new Uint32Array(HOT + SHADES);
    // What is shown moves from one answer's instant to the next one's while the one after is waited for.
    var shown = 0, from = 0, since = 0, span = POLL_MILLIS, told = 0, moving = false;

    function colours() {
      function rgb(name) {
        var probe = legend.querySelector('.' + name), parts = getComputedStyle(probe).backgroundColor.match(/[\d.]+/g).map(Number);
        return parts;
      }
      function packed(c) { return (255 << 24 | c[2] << 16 | c[1] << 8 | c[0]) >>> 0; }
      var hot = rgb('hot'), cold = rgb('cold');
      palette[FREE] = packed(rgb('free'));
      palette[LIVE] = packed(rgb('live'));
      palette[HELD] = packed(rgb('held'));
      for (var i = 0; i < SHADES; i++) {
        palette[HOT + i] = packed([0, 1, 2].map(function (c) { return Math.round(cold[c] + (hot[c] - cold[c]) * i / (SHADES - 1)); }));
      }
    }
    function layout() {
      var dense = window.devicePixelRatio || 1, width = Math.floor(root.clientWidth * dense);
      var height = Math.floor(Math.min(window.innerHeight * 0.62, ports > 20000 ? 640 : 460) * dense);
      if (ports === 0 || width === 0) { return; }
      for (cell = Math.floor(LARGEST_CELL * dense); cell > 1; cell--) {
        columns = Math.min(ports, Math.floor(width / cell));
        rows = Math.ceil(ports / columns);
        if (columns > 0 && rows * cell <= height) { break; }
      }
      if (cell === 1) { columns = Math.min(ports, width); rows = Math.ceil(ports / columns); }
      small.width = columns; small.height = rows;
      canvas.width = overlay.width = columns * cell; canvas.height = overlay.height = rows * cell;
      canvas.style.width = columns * cell / dense + 'px';
      canvas.style.height = rows * cell / dense + 'px';
      pixels = small.getContext('2d').createImageData(columns, rows);
      cells = new Uint32Array(pixels.data.buffer);
      colours();
      gaps(Math.max(1, Math.round(dense)));
    }
    function gaps(wide) {
      var lines = overlay.getContext('2d');
      lines.fillStyle = getComputedStyle(root).backgroundColor;
      if (cell >= GAPS_FROM * wide) {
        for (var x = 1; x <= columns; x++) { lines.fillRect(x * cell - wide, 0, wide, overlay.height); }
        for (var y = 1; y <= rows; y++) { lines.fillRect(0, y * cell - wide, overlay.width, wide); }
      }
      var rest = columns * rows - ports;
      if (rest > 0) { lines.fillRect((columns - rest) * cell, (rows - 1) * cell, rest * cell, cell); }
    }

    /** In what state a port is at an instant: the answers tell when it is released, so also when it was closed. */
    function shade(index, now) {
      if (fixed[index] !== FREE) { return fixed[index]; }
      var until = release[index];
      if (until <= now || now < until - timeWait) {
        until = before[index];
        if (until <= now || now < until - timeWait) { return FREE; }
      }
      return HOT + Math.min(SHADES - 1, Math.floor((until - now) / timeWait * SHADES));
    }
    function draw(now) {
      if (!cells) { return; }
      var counts = { free: 0, live: 0, held: 0, waiting: 0, next: Infinity };
      for (var i = 0; i < ports; i++) {
        var colour = shade(i, now);
        cells[i] = palette[colour];
        if (colour >= HOT) {
          counts.waiting++;
          if (release[i] > now && release[i] < counts.next) { counts.next = release[i]; }
        } else if (colour === FREE) { counts.free++; } else if (colour === LIVE) { counts.live++; } else { counts.held++; }
      }
      for (i = ports; i < cells.length; i++) { cells[i] = palette[FREE]; }
      small.getContext('2d').putImageData(pixels, 0, 0);
      paint.imageSmoothingEnabled = false;
      paint.drawImage(small, 0, 0, columns, rows, 0, 0, columns * cell, rows * cell);
      if (cell >= MARKS_FROM) { marks(); }
      paint.drawImage(overlay, 0, 0);
      if (chosen >= 0) {
        paint.strokeStyle = getComputedStyle(root).color;
        paint.lineWidth = 2;
        paint.strokeRect(chosen % columns * cell, Math.floor(chosen / columns) * cell, Math.max(cell - 1, 4), Math.max(cell - 1, 4));
      }
      root.classList.toggle('dry', counts.free === 0);
      var wall = performance.now();
      if (wall - told >= TEXT_MILLIS || !moving) { told = wall; tell(counts, now); }
    }
    /** A live port has a dot, which is seen without colours too. */
    function marks() {
      var dot = Math.max(2, Math.floor(cell / 3)), inset = Math.floor((cell - dot) / 2);
      paint.fillStyle = getComputedStyle(legend.querySelector('.free')).backgroundColor;
      for (var i = 0; i < ports; i++) {
        if (fixed[i] === LIVE) { paint.fillRect(i % columns * cell + inset, Math.floor(i / columns) * cell + inset, dot, dot); }
      }
    }
    function tell(counts, now) {
      var text = count(counts.waiting) + ' of ' + count(ports) + ' in TIME_WAIT';
      if (counts.live > 0) { text += ', ' + count(counts.live) + ' live'; }
      if (counts.held > 0) { text += ', ' + count(counts.held) + ' held by other processes'; }
      text += counts.free === 0 ? ', no free port' : ', ' + count(counts.free) + ' free';
      if (counts.next < Infinity) { text += ', next free in ' + seconds(counts.next - now); }
      if (towards !== '') { text += ' (towards ' + towards + ')'; }
      if (chosen >= 0) { text += '. Port ' + (first + chosen) + ': ' + stateOf(chosen, now); }
      words.textContent = text + (ended ? '. The end: nothing new comes.' : '.');
    }
    function stateOf(index, now) {
      var colour = shade(index, now);
      return colour === FREE ? 'free' : colour === LIVE ? 'live' : colour === HELD ? 'held by another process'
        : 'TIME_WAIT, back in ' + seconds((release[index] > now && now >= release[index] - timeWait ? release[index] : before[index]) - now);
    }

    function frame() {
      var share = Math.min(1, (performance.now() - since) / span);
      shown = from + (at - from) * share;
      draw(shown);
      if (share < 1) { requestAnimationFrame(frame); } else { moving = false; }
    }
    function move() {
      from = shown;
      since = performance.now();
      if (calm.matches || from > at) { shown = from = at; draw(at); return; }
      if (!moving) { moving = true; requestAnimationFrame(frame); }
    }

    function fill(runs, state) {
      for (var i = 0; i < runs.length; i += 2) { fixed.fill(state, runs[i], runs[i] + runs[i + 1]); }
    }
    /** Whether the answer is in accord with what is known here; otherwise the whole is to be asked for. */
    function take(answer) {
      var other = answer.ports !== ports || answer.first !== first || answer.timeWait !== timeWait || answer.towards !== towards
        || at === null || answer.at < at;
      if (other && !answer.whole) { return false; }
      if (other) {
        ports = answer.ports; first = answer.first; timeWait = answer.timeWait; towards = answer.towards; chosen = -1;
        fixed = new Uint8Array(ports); release = new Float64Array(ports); before = new Float64Array(ports);
        shown = answer.at;
        layout();
      } else if (answer.whole) {
        release.fill(0);
      }
      at = answer.at;
      fixed.fill(FREE);
      fill(answer.live, LIVE);
      fill(answer.held, HELD);
      for (var i = 0; i < answer.closed.length; i += 2) {
        var index = answer.closed[i], until = at + answer.closed[i + 1];
        if (Math.abs(release[index] - until) > 2) { before[index] = release[index]; release[index] = until; }
      }
      var waiting = 0;
      for (i = 0; i < ports; i++) {
        if (fixed[i] === FREE && release[i] > at) { waiting++; }
      }
      // Within rounding, a port may have come back here and not there.
      return answer.whole || Math.abs(waiting - answer.waiting) <= 2 + ports / 500;
    }

    var whole = true, asked = 0;
    function ask() {
      if (ended) { return; }
      asked = performance.now();
      fetch(root.dataset.source + (whole || at === null ? '' : '?since=' + at), { cache: 'no-store' }).then(function (response) {
        if (response.status !== 200) { throw new Error(response.status); }
        return response.json();
      }).then(function (answer) {
        if (ended) { return; }
        tellRefusals(answer);
        root.hidden = !answer.ports;
        if (answer.ports) {
          if (canvas.width !== columns * cell || !cells) { layout(); }
          whole = !take(answer);
          if (!whole) { move(); }
        } else { at = null; }
        setTimeout(ask, whole && answer.ports ? 0 : Math.max(0, pause() - (performance.now() - asked)));
      }).catch(function () {
        whole = true;
        setTimeout(ask, LOST_POLL_MILLIS);
      });
    }
    function pause() {
      span = calm.matches ? CALM_POLL_MILLIS : POLL_MILLIS;
      return document.hidden ? LOST_POLL_MILLIS : span;
    }
    function again() { if (ports > 0) { layout(); draw(shown); } }

    canvas.addEventListener('keydown', function (event) {
      var steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -ports, End: ports };
      if (event.key === 'Escape') { chosen = -1; } else if (event.key in steps) {
        chosen = Math.max(0, Math.min(ports - 1, (chosen < 0 ? 0 : chosen) + steps[event.key]));
      } else { return; }
      event.preventDefault();
      event.stopPropagation();
      told = 0;
      draw(shown);
    });
    canvas.addEventListener('pointermove', function (event) {
      var box = canvas.getBoundingClientRect();
      var column = Math.floor((event.clientX - box.left) / box.width * columns), row = Math.floor((event.clientY - box.top) / box.height * rows);
      chosen = row * columns + column < ports ? row * columns + column : -1;
      told = 0;
      if (!moving) { draw(shown); }
    });
    canvas.addEventListener('pointerleave', function () { chosen = -1; if (!moving) { draw(shown); } });
    window.addEventListener('resize', again);
    ['(prefers-color-scheme: dark)', '(forced-colors: active)'].forEach(function (query) {
      window.matchMedia(query).addEventListener('change', again);
    });
    root.hidden = true;
    ask();
    return { end: function () { ended = true; root.hidden = root.hidden || ports === 0; told = 0; moving = false; if (at !== null) { draw(at); } } };
  }

  window.portMaps = Array.prototype.map.call(document.querySelectorAll('.port-map'), portMap);
})();
