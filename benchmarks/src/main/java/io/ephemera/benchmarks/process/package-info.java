/** What several parts need of other processes: a time limit, the results of runs, a network namespace of their own. */
@NullMarked
package io.ephemera.benchmarks.process;

import org.jspecify.annotations.NullMarked;
