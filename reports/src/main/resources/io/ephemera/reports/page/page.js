(function () {
  'use strict';
  var data = JSON.parse(document.getElementById('data').textContent);
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  var narrow = window.matchMedia('(max-width: 40rem)');
  var calm = window.matchMedia('(prefers-reduced-motion: reduce)');
  var charts = {};
  // 18.5 by 7 cm, and by 11 cm where calls and ports are in one, in CSS pixels.
  function paperSize(id) { return { width: 699, height: id === 'rows' ? document.getElementById(id).offsetHeight : id === 'calls' ? 416 : 264 }; }
  var onPaper = window.matchMedia('print').matches;
  window.ephemera = { charts: charts, data: data };

  // ---- words and colours

  // By name: a chart measures its texts by itself, and knows nothing of inheritance.
  var FONT = getComputedStyle(document.body).fontFamily;

  function color(name) {
    var value = getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
    return value;
  }
  function number(value) {
    if (value === null || value === undefined) { return '–'; }
    var size = Math.abs(value);
    var digits = size >= 1000 || Number.isInteger(value) ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
    return value.toLocaleString('en-US', { maximumFractionDigits: digits });
  }
  function escape(text) {
    return String(text).replace(/[&<>"']/g, function (c) { return '&#' + c.charCodeAt(0) + ';'; });
  }
  function seconds(value) { return number(value) + ' s'; }

  // ---- what the charts have in common

  function base(unit, xName, xFormat) {
    var ink = color('ink'), quiet = color('quiet'), grid = color('grid');
    return {
      animation: false,
      backgroundColor: 'transparent',
      textStyle: { fontFamily: FONT, color: ink, fontSize: 13 },
      aria: { enabled: true },
      grid: { left: 8, right: narrow.matches ? 12 : 24, top: narrow.matches ? 84 : 60, bottom: 56, containLabel: true },
      legend: { top: 0, left: 0, itemGap: 16, itemWidth: 22, textStyle: { color: ink, fontSize: 13 }, inactiveColor: quiet },
      tooltip: {
        trigger: 'axis', confine: true, transitionDuration: calm.matches ? 0 : 0.2,
        backgroundColor: color('card'), borderColor: color('line'), textStyle: { color: ink, fontSize: 13 },
        axisPointer: { type: 'line', lineStyle: { color: quiet } },
        formatter: function (items) {
          var first = items[0];
          if (!first) { return ''; }
          var lines = [escape(xFormat(first.axisValue))];
          var seen = {};
          items.forEach(function (item) {
            if (seen[item.seriesName]) { return; }
            seen[item.seriesName] = true;
            var value = Array.isArray(item.value) ? item.value[1] : item.value;
            lines.push(item.marker + escape(item.seriesName) + ' <b>' + number(value) + '</b>' + escape(unit));
          });
          return lines.join('<br>');
        }
      },
      xAxis: {
        type: 'value', name: xName, nameLocation: 'middle', nameGap: 28, nameTextStyle: { color: quiet },
        axisLine: { lineStyle: { color: quiet } }, axisTick: { lineStyle: { color: quiet } },
        axisLabel: { color: quiet, hideOverlap: true, showMaxLabel: false, formatter: number }, splitLine: { show: false }, min: 0, max: 'dataMax'
      },
      yAxis: {
        type: 'value', min: 0, axisLabel: { color: quiet, formatter: number }, nameTextStyle: { color: quiet, align: 'left' },
        nameGap: 12, splitLine: { lineStyle: { color: grid } }
      },
      dataZoom: [
        { type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' }
      ]
    };
  }
  function line(name, points, colorName, more) {
    return Object.assign({
      name: name, type: 'line', data: points, showSymbol: false, symbol: 'circle', symbolSize: 6,
      lineStyle: { width: 2, color: color(colorName) }, itemStyle: { color: color(colorName) }, emphasis: { disabled: true }
    }, more || {});
  }
  function mark(at, label) {
    return {
      silent: true, symbol: 'none', animation: false,
      lineStyle: { type: 'dashed', width: 1.5, color: color('ink') },
      label: { position: 'insideStartTop', formatter: label, color: color('ink'), fontSize: 12.5 },
      data: [{ yAxis: at }]
    };
  }
  // Between two measured points there is no other: a rate holds over its slice.
  function time(unit, yName) {
    var option = base(unit, 'modelled seconds', seconds);
    option.yAxis.name = yName;
    if (onPaper) { return option; }
    option.dataZoom.push({
      type: 'slider', height: 18, bottom: 4, brushSelect: false, filterMode: 'none', showDetail: false, showDataShadow: false,
      borderColor: color('line'), fillerColor: color('grid'), backgroundColor: 'transparent',
      handleStyle: { color: color('card'), borderColor: color('quiet') }, moveHandleSize: 0,
      emphasis: { handleStyle: { borderColor: color('ink') } }
    });
    option.grid.bottom = 72;
    return option;
  }
  var KINDS = ['live', 'timewait', 'open', 'ok', 'offered', 'ink', 'quiet'];
  var DASHES = ['solid', 'dashed', 'dotted', [8, 3, 2, 3]];
  var STATES = { sustained: 'ok', exhausted: 'bad', measured: 'live', wrong: 'bad' };
  var RUNS = ['live', 'timewait', 'ok', 'ink', 'quiet'];

  // ---- the composite of calls and ports

  function end() { return data.rates[data.rates.length - 1].to; }
  /** So is a threshold that nothing comes near. */
  function isFarAbove() {
    var most = data.rates.reduce(function (max, step) { return Math.max(max, step.rate); }, 0);
    return data.predicted !== null && data.predicted > 4 * most;
  }
  /** A step far above all others would flatten them: what is above is cut off, and its label says so. */
  function ceiling(from, to) {
    var high = Math.max(isFarAbove() ? 0 : data.predicted || 0, highest(data.okMean, from, to)), top = high;
    data.rates.forEach(function (step) {
      if (step.to > from && step.from < to && (step.kind === 'stair' || step.rate <= 2 * high)) { top = Math.max(top, step.rate); }
    });
    return top > 0 ? niceAbove(top * 1.12) : 1;
  }
  /** What was refused, between the successful calls and those with the refused ones. */
  function loss() {
    return {
      name: 'refused', type: 'custom', data: data.exhaustedMean, clip: true, silent: true, z: 2,
      itemStyle: { color: color('bad'), opacity: 0.35 },
      renderItem: function (params, api) {
        if (params.dataIndex > 0) { return null; }
        var below = data.okMean.map(function (point) { return api.coord(point); });
        var above = data.okMean.map(function (point, i) { return api.coord([point[0], point[1] + (data.exhaustedMean[i] || [0, 0])[1]]); });
        return { type: 'polygon', shape: { points: above.concat(below.reverse()) }, style: { fill: color('bad'), opacity: 0.35 } };
      }
    };
  }
  function highest(points, from, to) {
    return (points || []).reduce(function (max, point) { return point[0] < from || point[0] > to ? max : Math.max(max, point[1]); }, 0);
  }
  function steps() {
    var top = ceiling(0, end());
    return {
      silent: true,
      data: data.rates.map(function (step, i) {
        return [{
          xAxis: step.from, itemStyle: { color: color('ink'), opacity: i % 2 ? 0.05 : 0 },
          label: { show: true, position: 'insideBottom', color: color('quiet'), fontSize: narrow.matches ? 11 : 12,
            formatter: number(step.rate) + (step.rate > top ? ' ↑' : '') + (step.kind === 'stair' || narrow.matches ? '' : ' ' + step.kind) }
        }, { xAxis: step.to }];
      })
    };
  }
  /** Counted from the start of its step, as everywhere else. */
  function intoStep(at) {
    return seconds(Math.round(at - data.rates.filter(function (step) { return step.from <= at; }).pop().from));
  }
  function refusal() {
    return 'first ' + data.refusal + ' ' + intoStep(data.firstRefusal) + ' into its step'
      + (data.predictedRefusal === null ? '' : ', predicted ' + intoStep(data.predictedRefusal));
  }
  function flags() {
    var lines = [];
    function flag(at, words, type, colorName) {
      var text = narrow.matches ? words.replace(' into its step', '').replace('dropped connect', 'drop') : words;
      lines.push({ xAxis: at, lineStyle: { color: color(colorName), type: type, width: 1.5 },
        label: { position: 'end', rotate: 0, formatter: text, color: color(colorName), fontWeight: 'bold', fontSize: 12.5,
          align: at > end() / 2 ? 'right' : 'left' } });
    }
    if (data.firstRefusal !== null) { flag(data.firstRefusal, '⚑ ' + refusal(), 'solid', 'bad'); }
    else if (data.predictedRefusal !== null) {
      flag(data.predictedRefusal, '⚐ first ' + data.refusal + ' predicted ' + intoStep(data.predictedRefusal) + ' into this step', 'dotted', 'quiet');
    }
    return { silent: true, symbol: 'none', animation: false, data: lines };
  }
  /** The ports as a band on the same axis of time, below. */
  function ports(option) {
    var top = option.grid, below = { left: top.left, right: top.right, height: '22%', bottom: top.bottom };
    // Paper is lower, and the heads of both axes need their room.
    top.bottom = onPaper ? '48%' : '43%';
    // While a run goes on, its curves are shorter than its plan.
    option.xAxis.max = lengthSeconds();
    option.grid = [top, below];
    var second = Object.assign({}, option.xAxis, { gridIndex: 1 });
    option.xAxis = [Object.assign({}, option.xAxis, { name: '', axisLabel: { show: false } }), second];
    option.yAxis = [option.yAxis, Object.assign({}, option.yAxis, {
      gridIndex: 1, name: 'ports', nameGap: 10, max: niceAbove(data.capacity * 1.2), interval: niceAbove(data.capacity * 1.2) / 2
    })];
    option.axisPointer = { link: [{ xAxisIndex: 'all' }] };
    option.dataZoom.forEach(function (each) { each.xAxisIndex = [0, 1]; });
    var there = { xAxisIndex: 1, yAxisIndex: 1 };
    option.series.push(
      line(data.afterClose, data.timeWait, 'timewait', Object.assign({
        areaStyle: { color: color('timewait'), opacity: 0.35 }, markLine: mark(data.capacity, 'all ' + number(data.capacity) + ' ports')
      }, there)),
      line('live', data.live, 'live', there));
  }
  function nearest(points, x) {
    var best = null;
    (points || []).forEach(function (point) { if (best === null || Math.abs(point[0] - x) <= Math.abs(best[0] - x)) { best = point; } });
    return best === null ? null : best[1];
  }
  /** Series have points of their own: at any moment each is shown with the value that it has there. */
  function everySeries(items) {
    if (!items[0]) { return ''; }
    var x = items[0].axisValue;
    var step = data.rates.filter(function (each) { return each.from <= x; }).pop() || data.rates[0];
    function row(name, value, unit, colorName) {
      return value === null ? '' : '<br><span style="color:' + color(colorName) + '">●</span> ' + name + ' <b>' + number(value) + '</b>' + unit;
    }
    return seconds(Math.round(x)) + row('offered', step.rate, ' calls/s', 'offered') + row('successful', nearest(data.okMean, x), ' calls/s', 'ok')
      + row('refused', nearest(data.exhaustedMean, x), ' calls/s', 'bad')
      + (data.timeWait ? row(data.afterClose, nearest(data.timeWait, x), ' ports', 'timewait') + row('live', nearest(data.live, x), ' ports', 'live')
        + row('free', nearest(data.free, x), ' ports', 'free') : '');
  }
  function lengthSeconds() {
    return [data.okMean, data.timeWait].reduce(function (max, points) {
      return points && points.length ? Math.max(max, points[points.length - 1][0]) : max;
    }, end());
  }
  /** What is seen has the whole height. */
  function rescale() {
    var chart = charts.calls, zoom = chart.getOption().dataZoom[0] || { start: 0, end: 100 };
    var length = lengthSeconds();
    var from = zoom.start / 100 * length, to = zoom.end / 100 * length;
    var axes = [{ max: ceiling(from, to) }];
    if (data.timeWait) {
      var all = zoom.start === 0 && zoom.end === 100;
      var top = niceAbove(all ? data.capacity * 1.2 : Math.max(1, highest(data.timeWait, from, to) * 1.2));
      axes.push({ max: top, interval: top / 2 });
    }
    chart.setOption({ yAxis: axes });
  }

  // ---- the charts

  var drawings = {
    calls: function () {
      var option = time(' calls/s', 'calls/s');
      option.legend.selectedMode = false;
      Object.assign(option.grid, { left: 52, containLabel: false, top: narrow.matches ? 110 : 84 });
      option.yAxis.nameGap = 30;
      option.series = [
        line('offered', data.offered, 'offered', { lineStyle: { width: 1.5, type: 'dashed', color: color('offered') }, z: 4 }),
        line('successful', data.okMean, 'ok', { lineStyle: { width: 2.5, color: color('ok') }, z: 5 }),
        loss()
      ];
      option.series[0].markArea = steps();
      option.series[0].markLine = flags();
      if (isFarAbove()) {
        option.yAxis.name = 'calls/s; the threshold, ' + number(data.predicted) + ', is far above';
      } else if (data.predicted !== null) {
        option.series[1].markLine = mark(data.predicted, 'threshold ' + number(data.predicted) + ' calls/s, predicted');
      }
      var details = data.predicted === null ? ['no threshold is predicted'] : ['predicted threshold ' + number(data.predicted) + ' calls/s',
        'measured ' + number(data.measured) + ' calls/s'];
      if (data.timeWait) {
        ports(option);
        details.push('capacity ' + number(data.capacity) + ' ports', 'most ' + data.afterClose + ' ' + number(most(data.timeWait)));
      }
      if (data.firstRefusal !== null) { details.push(refusal()); }
      option.tooltip.formatter = everySeries;
      option.aria.label = { description: describe('Offered and successful calls per second over modelled time, and ports ' + data.afterClose, details) };
      return option;
    },
    failures: function () {
      var option = time(' calls/s', 'failed calls/s (modelled)');
      option.series = [
        line('refused: no free port', data.exhaustedMean, 'bad', { lineStyle: { width: 2.5, color: color('bad') }, z: 3 }),
        line('refused, slice by slice', data.exhausted, 'bad', {
          lineStyle: { width: 1, opacity: 0.35, color: color('bad') }, areaStyle: { color: color('bad'), opacity: 0.08 }
        })
      ];
      data.others.forEach(function (other, i) {
        option.series.push(line(other.kind, other.points, KINDS[i % KINDS.length], {
          lineStyle: { width: 2, type: DASHES[1 + i % 3], color: color(KINDS[i % KINDS.length]) }
        }));
      });
      option.aria.label = { description: describe('Failed calls per second by kind over modelled time',
        option.series.map(function (each) { return 'most of ' + each.name + ' ' + number(most(each.data)) + ' calls/s'; })) };
      return option;
    },
    responses: function () {
      var option = base(' ms', 'share of the calls', function (value) { return value + ' took at most'; });
      option.xAxis = Object.assign(option.xAxis, {
        type: 'category', data: ['50 %', '75 %', '90 %', '95 %', '99 %', '99.9 %', 'all'], min: null, max: null, boundaryGap: true
      });
      option.xAxis.axisLabel = { color: color('quiet'), interval: 0, fontSize: narrow.matches ? 11 : 13 };
      option.yAxis.name = 'milliseconds (wall-clock)';
      option.yAxis.minInterval = 1;
      option.dataZoom = [];
      option.grid.bottom = 40;
      option.series = [];
      if (data.responses.ok) {
        option.series.push({ name: 'successful', type: 'bar', data: data.responses.ok, itemStyle: { color: color('ok') }, barMaxWidth: 28 });
      }
      if (data.responses.failed) {
        option.series.push({ name: 'failed', type: 'bar', data: data.responses.failed, itemStyle: { color: color('bad') }, barMaxWidth: 28 });
      }
      option.series.forEach(function (each) {
        each.label = { show: true, position: 'top', color: color('ink'), fontSize: 12, formatter: function (p) { return number(p.value); } };
      });
      option.aria.label = { description: describe('Percentiles of response times in wall-clock milliseconds',
        option.series.map(function (each) { return each.name + ': half within ' + each.data[0] + ' ms, 99 % within ' + each.data[4] + ' ms'; })) };
      return option;
    },
    rows: function () {
      var rates = data.rows.filter(function (row) { return row.rate !== null; }).map(function (row) { return row.rate; });
      var all = rates.concat(data.required === null ? [] : [data.required]);
      var least = all.length ? Math.pow(10, Math.floor(Math.log10(Math.min.apply(null, all)) - 0.1)) : 1;
      var option = base(' calls/s', 'calls/s (modelled), logarithmic', String);
      option.dataZoom = [];
      option.legend.show = false;
      Object.assign(option.grid, { top: 28, right: 8, bottom: 44 });
      option.xAxis = Object.assign(option.xAxis, { type: 'log', min: least, splitLine: { show: true, lineStyle: { color: color('grid') } } });
      option.xAxis.axisLabel.showMaxLabel = false;
      option.yAxis = {
        type: 'category', inverse: true, data: data.rows.map(function (row) { return row.name; }), axisTick: { show: false },
        axisLine: { lineStyle: { color: color('quiet') } },
        axisLabel: { color: color('ink'), interval: 0, width: narrow.matches ? 120 : 290, overflow: 'truncate', fontSize: narrow.matches ? 11.5 : 13 }
      };
      // What a bar comes to stands in a column, where neither another bar nor the required rate crosses it.
      option.yAxis = [option.yAxis, Object.assign({}, option.yAxis, {
        position: 'right', data: data.rows.map(function (row) { return row.label; }), axisLine: { show: false },
        axisLabel: { color: color('ink'), interval: 0, fontSize: narrow.matches ? 11.5 : 13 }
      })];
      option.tooltip.trigger = 'item';
      option.tooltip.formatter = function (item) { return escape(item.name) + '<br><b>' + escape(data.rows[item.dataIndex].label) + '</b>'; };
      option.series = [{
        type: 'bar', name: 'measured', barMaxWidth: 20, emphasis: { disabled: true },
        data: data.rows.map(function (row) {
          return { value: row.rate === null ? least : row.rate, itemStyle: { color: color(STATES[row.state] || 'open') } };
        })
      }];
      if (data.required !== null) {
        option.series[0].markLine = Object.assign(mark(0, ''), { z: 1, data: [{ xAxis: data.required }], label: {
          position: 'start', formatter: 'required ' + number(data.required) + ' calls/s', color: color('ink'), fontSize: 12.5, fontWeight: 'bold'
        } });
      }
      option.aria.label = { description: describe('What each row sustains, in calls/s', data.rows.map(function (row) { return row.name + ': ' + row.label; })) };
      return option;
    },
    saturation: function () {
      var option = base(' calls/s', 'offered calls/s (modelled)', function (value) { return 'offered ' + number(value) + ' calls/s'; });
      option.yAxis.name = 'successful calls/s (modelled)';
      option.grid.bottom = 48;
      option.legend.type = 'scroll';
      option.series = data.runs.map(function (run, i) { return of(run, i, run.steps, { showSymbol: true, symbolSize: 7 }); });
      var end = data.runs.reduce(function (max, run) { return run.steps.reduce(function (most, step) { return Math.max(most, step[0]); }, max); }, 0);
      option.series.push(line('all succeed', [[0, 0], [end, end]], 'offered', { lineStyle: { width: 1.5, type: 'dashed', color: color('offered') } }));
      option.aria.label = { description: describe('Successful against offered calls per second, one curve a run', data.runs.map(threshold)) };
      return option;
    },
    overlay: function () {
      var option = time(' calls/s', 'successful calls/s (modelled)');
      option.legend.type = 'scroll';
      option.series = data.runs.map(function (run, i) { return of(run, i, run.ok, {}); });
      option.aria.label = { description: describe('Successful calls per second over modelled time, one curve a run', data.runs.map(threshold)) };
      return option;
    },
    trend: function () {
      var option = base(' calls/s', 'started (UTC)', function (value) { return new Date(value).toISOString().replace('T', ' ').slice(0, 19) + ' UTC'; });
      option.xAxis = Object.assign(option.xAxis, { type: 'time', min: null, max: null });
      option.xAxis.axisLabel = { color: color('quiet'), hideOverlap: true, fontSize: 12 };
      option.useUTC = true;
      option.yAxis.name = 'measured calls/s (modelled)';
      option.yAxis.min = null;
      option.yAxis.scale = true;
      option.series = [];
      data.groups.forEach(function (group, i) {
        option.series.push(of(group, i, group.measured, { showSymbol: true, symbolSize: 8 }));
      });
      option.aria.label = { description: describe('Measured threshold of the runs over the time of their start', data.groups.map(function (group) {
        return group.name + ': ' + group.measured.length + ' runs, the latest ' + number(group.measured[group.measured.length - 1][1]) + ' calls/s';
      })) };
      return option;
    }
  };
  // Those of a plan: lines over anything.
  (data.plans || []).forEach(function (plan) {
    drawings[plan.id] = function () {
      var option = base(' ' + plan.unit, plan.xName, function (value) { return plan.xName + ': ' + number(value); });
      option.yAxis.name = plan.unit;
      option.grid.bottom = 48;
      option.series = plan.lines.map(function (each, i) {
        return of(each, i, each.points, { showSymbol: each.points.length < 40 });
      });
      if (plan.limit !== null) {
        option.series[0].markLine = mark(plan.limit, plan.limitName);
        option.yAxis.max = function (axis) { return niceAbove(Math.max(axis.max, plan.limit * 1.1)); };
      }
      option.aria.label = { description: describe(plan.lines.map(function (each) { return each.name; }).join(', ') + ' over ' + plan.xName,
        plan.lines.map(function (each) { return 'most of ' + each.name + ' ' + number(most(each.points)) + ' ' + plan.unit; })) };
      return option;
    };
  });
  function of(run, i, points, more) {
    return line(run.name, points, RUNS[i % RUNS.length], Object.assign({
      lineStyle: { width: 2, color: color(RUNS[i % RUNS.length]), type: DASHES[Math.floor(i / RUNS.length) % DASHES.length] }
    }, more));
  }
  function threshold(run) {
    return run.name + ': predicted ' + number(run.predicted) + ', measured ' + number(run.measured) + ' calls/s';
  }
  function niceAbove(value) {
    var step = Math.pow(10, Math.floor(Math.log10(value))) / 2;
    return Math.ceil(value / step) * step;
  }
  function describe(what, details) { return what + (details.length ? ': ' + details.join('; ') : '') + '.'; }
  function most(points) { return (points || []).reduce(function (max, point) { return Math.max(max, point[1]); }, 0); }

  function draw(id) {
    var element = document.getElementById(id);
    if (!element) { return; }
    if (!charts[id]) {
      element.textContent = ' ';
      charts[id] = echarts.init(element, null, { renderer: 'svg' });
      element.addEventListener('keydown', zoomByKey(id));
      if (id === 'calls') { charts[id].on('datazoom', rescale); }
    }
    var zoom = (charts[id].getOption() || {}).dataZoom;
    var option = drawings[id]();
    if (zoom && zoom.length && option.dataZoom.length) {
      option.dataZoom.forEach(function (each) { each.start = zoom[0].start; each.end = zoom[0].end; });
    }
    charts[id].setOption(option, { notMerge: true });
    if (id === 'calls') { rescale(); }
  }
  function drawAll() { Object.keys(drawings).forEach(draw); }

  // Zoom without a mouse: + and - about the middle, arrows to move, 0 for the whole.
  function zoomByKey(id) {
    return function (event) {
      var zoom = charts[id].getOption().dataZoom;
      if (!zoom || !zoom.length || event.ctrlKey || event.metaKey || event.altKey) { return; }
      var start = zoom[0].start, end = zoom[0].end, span = end - start, middle = (start + end) / 2;
      if (event.key === '+' || event.key === '=') { span = Math.max(1, span / 2); }
      else if (event.key === '-') { span = Math.min(100, span * 2); }
      else if (event.key === '0') { span = 100; middle = 50; }
      else if (event.key === 'ArrowRight') { middle += span / 4; }
      else if (event.key === 'ArrowLeft') { middle -= span / 4; }
      else { return; }
      middle = Math.min(100 - span / 2, Math.max(span / 2, middle));
      event.preventDefault();
      charts[id].dispatchAction({ type: 'dataZoom', start: middle - span / 2, end: middle + span / 2 });
    };
  }

  drawAll();
  window.ephemera.draw = drawAll;
  var together = ['calls', 'failures'].filter(function (id) { return charts[id]; }).map(function (id) { return charts[id]; });
  if (together.length > 1) { echarts.connect(together); }

  function again() { drawAll(); resize(); }
  // On paper the layout comes after the drawing: the size is that of page.css, not of the screen.
  function resize() {
    Object.keys(charts).forEach(function (id) { charts[id].resize(onPaper ? paperSize(id) : { width: 'auto', height: 'auto' }); });
  }
  function paper(is) { onPaper = is; again(); }
  dark.addEventListener('change', again);
  narrow.addEventListener('change', again);
  window.addEventListener('resize', resize);
  // The colours of paper are in force from here on, not yet at beforeprint.
  window.matchMedia('print').addEventListener('change', function (event) { paper(event.matches); });
  window.addEventListener('beforeprint', function () { paper(true); });
  window.addEventListener('afterprint', function () { paper(false); });

  // ---- the commands

  function copies() {
    document.querySelectorAll('.command').forEach(function (command) {
      var button = command.querySelector('button'), code = command.querySelector('code');
      function told(done) { command.querySelector('.copied').textContent = done ? 'Copied' : 'Press Ctrl+C to copy'; }
      function select() {
        var range = document.createRange();
        range.selectNodeContents(code);
        var selection = window.getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        // Where a page of a file may not use the clipboard, the old way still works.
        told(document.execCommand('copy'));
      }
      button.hidden = false;
      button.onclick = function () {
        if (navigator.clipboard && window.isSecureContext) {
          navigator.clipboard.writeText(code.textContent.trim()).then(function () { told(true); }, select);
        } else {
          select();
        }
      };
    });
  }
  window.ephemera.copies = copies;
  copies();

  // ---- tables that can be sorted by their heads: first one way, then the other

  document.querySelectorAll('table.sortable').forEach(function (table) {
    var heads = [].slice.call(table.tHead.rows[0].cells), body = table.tBodies[0];
    function key(row, column) {
      var cell = row.cells[column], value = cell.getAttribute('data-value');
      if (value === null) { return cell.textContent.trim(); }
      return value === 'null' ? -Infinity : Number(value);
    }
    heads.forEach(function (head, column) {
      var button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.onclick = function () {
        // What is counted is asked for from the highest down.
        var numbers = typeof key(body.rows[0], column) === 'number';
        var before = head.getAttribute('aria-sort');
        var down = before === null ? numbers : before === 'ascending';
        heads.forEach(function (each) { each.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        [].slice.call(body.rows).sort(function (a, b) {
          var x = key(a, column), y = key(b, column);
          return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
        }).forEach(function (row) { body.appendChild(row); });
      };
    });
  });
})();
