/** The one jar beside what it stands for: the JVM's own start, and the same run under Maven. Each runs from its source. */
@NullMarked
package io.ephemera.benchmarks.commandline;

import org.jspecify.annotations.NullMarked;
