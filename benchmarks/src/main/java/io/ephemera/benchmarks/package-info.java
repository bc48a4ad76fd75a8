/** Reproduces the figures of docs/performance.md: each part prints its table, measured in rounds by turns. */
@NullMarked
package io.ephemera.benchmarks;

import org.jspecify.annotations.NullMarked;
