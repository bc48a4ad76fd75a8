/** {@code ephemera plan}: the planner on the command line. */
@NullMarked
package io.ephemera.cli.plan;

import org.jspecify.annotations.NullMarked;
