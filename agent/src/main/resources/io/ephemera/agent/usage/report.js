/* Keeps what the page says up to date; the map follows the ports by itself. */
(function () {
  'use strict';
  var FRESH_MILLIS = 2000;
  function fresh() {
    if (document.hidden) { setTimeout(fresh, FRESH_MILLIS); return; }
    fetch('./', { cache: 'no-store', headers: { Accept: 'text/html' } }).then(function (response) { return response.text(); }).then(function (text) {
      var now = new DOMParser().parseFromString(text, 'text/html');
      var open = Array.prototype.map.call(document.querySelectorAll('details[open]'), function (each) { return each.dataset.key; });
      now.querySelectorAll('[data-fresh]').forEach(function (part) {
        var old = document.querySelector('[data-fresh="' + part.dataset.fresh + '"]');
        // Not under the hands of whoever reads it with the keyboard, or selects in it.
        if (!old || old.contains(document.activeElement) || !getSelection().isCollapsed && old.contains(getSelection().anchorNode)) { return; }
        part.querySelectorAll('details').forEach(function (each) { each.open = open.indexOf(each.dataset.key) >= 0; });
        old.replaceWith(document.adoptNode(part));
      });
    }).catch(function () {
      document.querySelector('header p').textContent = 'The application has ended, or cannot be reached: this is how it was.';
    }).then(function () { setTimeout(fresh, FRESH_MILLIS); });
  }
  setTimeout(fresh, FRESH_MILLIS);
})();
