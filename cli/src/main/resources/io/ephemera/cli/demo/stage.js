/* Shows what the terminal shows, and takes the presenter's keys. */
(function () {
  'use strict';
  var KEYS = { ' ': 'on', Enter: 'on', ArrowRight: 'on', PageDown: 'on', ArrowLeft: 'back', PageUp: 'back', q: 'end', Q: 'end' };
  var at = function (id) { return document.getElementById(id); };
  var shown = '', over = false;

  function paragraphs(place, lines) {
    place.replaceChildren.apply(place, lines.map(function (line) {
      var p = document.createElement('p');
      p.textContent = line;
      return p;
    }));
  }
  function show(state) {
    var scene = state.scene, figure = scene.figure.split(' ');
    document.body.className = scene.mood.toLowerCase() + (scene.figure === '' ? ' wordless' : '') + (state.latest ? '' : ' past')
      + (state.waits ? '' : ' running');
    at('title').textContent = scene.title;
    at('number').textContent = figure.shift();
    at('unit').textContent = figure.join(' ');
    at('figure').hidden = scene.figure === '';
    paragraphs(at('lines'), scene.lines);
    at('picture').hidden = !state.latest;
    at('chapters').replaceChildren.apply(at('chapters'), state.chapters.map(function (chapter, i) {
      var item = document.createElement('li');
      item.textContent = chapter.title;
      item.className = i < state.chapter ? 'gone' : i > state.chapter ? 'to-come' : 'now';
      if (i === state.chapter) { item.setAttribute('aria-current', 'step'); }
      return item;
    }));
    var chapter = state.chapters[state.chapter], next = state.chapters[state.chapter + 1];
    at('note').textContent = chapter ? chapter.notes : '';
    at('next').textContent = next ? 'Next: ' + next.title : '';
    at('state').textContent = state.waits ? 'waits for a key' : 'runs';
    at('link').hidden = scene.link === null;
    if (scene.link !== null) { at('link').href = scene.link; }
  }
  function watch() {
    fetch('scene', { cache: 'no-store' }).then(function (response) { return response.text(); }).then(function (text) {
      if (text !== shown) {
        shown = text;
        if (text !== 'null') { show(JSON.parse(text)); }
      }
      setTimeout(watch, 200);
    }).catch(function () {
      over = true;
      at('state').textContent = 'the show is over';
      at('link').hidden = true;
      window.portMaps.forEach(function (map) { map.end(); });
    });
  }
  function press(key) {
    if (!over) { fetch('key?' + key, { method: 'POST' }).catch(function () {}); }
  }
  function toggle() {
    at('notes').hidden = !at('notes').hidden;
    at('toggle').setAttribute('aria-pressed', String(!at('notes').hidden));
  }
  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) { return; }
    var pushes = event.key === ' ' || event.key === 'Enter';
    if (pushes && event.target.closest('button, a')) { return; }
    if (event.key === 'n') { toggle(); } else if (event.key in KEYS) { press(KEYS[event.key]); } else { return; }
    event.preventDefault();
  });
  document.querySelectorAll('[data-key]').forEach(function (button) {
    button.addEventListener('click', function () { press(button.dataset.key); });
  });
  at('toggle').addEventListener('click', toggle);
  if (location.pathname === '/notes') {
    document.documentElement.classList.add('presenter');
    document.title = 'Ephemera: presenter';
    toggle();
  }
  watch();
})();
