/** What a connect costs while its range of ports fills up: the kernel's own beside one under the pool. */
@NullMarked
package io.ephemera.benchmarks.exhaustion;

import org.jspecify.annotations.NullMarked;
