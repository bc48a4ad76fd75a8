(function () {
  'use strict';
  var data = window.ephemera.data;
  var CURVES = ['ok', 'okMean', 'exhausted', 'exhaustedMean', 'live', 'timeWait', 'free'];
  var MOST_POINTS = 6000;
  var told = -1;
  var events;

  function byId(id) { return document.getElementById(id); }
  function whole(next) {
    Object.keys(next).forEach(function (key) { data[key] = next[key]; });
  }
  function more(next) {
    CURVES.forEach(function (curve) { data[curve] = (data[curve] || []).concat(next[curve] || []); });
    data.firstRefusal = next.firstRefusal;
    next.others.forEach(function (other) {
      var known = data.others.find(function (each) { return each.kind === other.kind; });
      if (known) { known.points = known.points.concat(other.points); } else { data.others.push(other); }
    });
  }
  function show(next) {
    byId('now').textContent = next.now;
    byId('verdict').textContent = next.headline;
    byId('next-step').textContent = next.next;
    byId('refused').textContent = next.refused === 0 ? '' : next.refused.toLocaleString('en-US') + ' refused with no free port so far';
    if (next.step !== told) {
      // Read aloud once a step, not once a second.
      told = next.step;
      byId('told').textContent = 'Step ' + (next.step + 1) + ' has begun.';
    }
    var rows = byId('steps').tBodies[0].rows;
    next.steps.forEach(function (step, i) {
      step.cells.forEach(function (cell, column) { rows[i].cells[column + 1].textContent = cell; });
    });
    window.ephemera.draw();
  }
  function over() {
    events.close();
    byId('told').textContent = '';
    window.portMaps.forEach(function (map) { map.end(); });
  }
  function follow() {
    events = new EventSource('events');
    events.addEventListener('slices', function (event) {
      var next = JSON.parse(event.data);
      if (next.whole) { whole(next); } else { more(next); }
      show(next);
      if (data.ok.length > MOST_POINTS) {
        // From the start again: the server sends a long curve thinned out, with its peaks.
        events.close();
        follow();
      }
    });
    events.addEventListener('end', function (event) {
      var end = JSON.parse(event.data);
      over();
      // Made by the server, of the same template as the page of the run.
      byId('verdict-block').outerHTML = end.verdict;
      document.title = end.title;
      window.ephemera.copies();
    });
    events.addEventListener('problem', function (event) {
      over();
      byId('state').textContent = 'broken off';
      byId('verdict').textContent = JSON.parse(event.data).sentence;
      byId('now').textContent = '';
      document.title = byId('verdict').textContent;
    });
    events.onerror = function () {
      if (events.readyState === EventSource.CLOSED) { byId('now').textContent = 'The run has ended, or cannot be reached.'; }
      else { byId('state').textContent = 'connecting again'; }
    };
    events.onopen = function () { byId('state').textContent = 'running'; };
  }
  follow();
})();
