/**
 * {@code ephemera plan} and {@code ephemera alerts}: the planner on the command line, and the rules that watch what it plans with.
 *
 * <p>May touch {@code ports}, {@code ports.plan}, {@code reports}, {@code reports.page}, {@code cli.console}.
 */
@NullMarked
package io.ephemera.cli.plan;

import org.jspecify.annotations.NullMarked;
