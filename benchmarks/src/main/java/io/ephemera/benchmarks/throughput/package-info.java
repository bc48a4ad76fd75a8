/** How many calls a second our harness, Gatling without it and other load generators make, and what serves them. */
@NullMarked
package io.ephemera.benchmarks.throughput;

import org.jspecify.annotations.NullMarked;
