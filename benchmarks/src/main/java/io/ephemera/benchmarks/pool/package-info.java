/** The pool of ports alone, beside what one would write first. */
@NullMarked
package io.ephemera.benchmarks.pool;

import org.jspecify.annotations.NullMarked;
