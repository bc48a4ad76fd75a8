/** How long a user waits for a verdict, and how far time can be sped up before it gives way. */
@NullMarked
package io.ephemera.benchmarks.verdict;

import org.jspecify.annotations.NullMarked;
