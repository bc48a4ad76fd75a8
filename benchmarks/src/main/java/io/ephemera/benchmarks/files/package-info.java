/** What a run leaves on the disk. */
@NullMarked
package io.ephemera.benchmarks.files;

import org.jspecify.annotations.NullMarked;
