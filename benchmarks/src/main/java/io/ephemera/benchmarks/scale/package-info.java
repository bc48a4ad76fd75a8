/** What a lease costs with many destinations, source addresses and ports. */
@NullMarked
package io.ephemera.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
