/**
 * {@code ephemera plan}: the planner on the command line.
 *
 * <p>May touch {@code ports}, {@code ports.plan}, {@code reports}, {@code reports.page}, {@code cli.console}.
 */
@NullMarked
package io.ephemera.cli.plan;

import org.jspecify.annotations.NullMarked;
