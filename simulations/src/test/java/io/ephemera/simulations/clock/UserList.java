package io.ephemera.simulations.clock;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Users that are known before. */
final class UserList implements Arrivals {

    private final List<VirtualUser> users;
    private int next;

    UserList(List<VirtualUser> users) {
        this.users = users;
    }

    @Override
    public @Nullable VirtualUser peek() {
        return next < users.size() ? users.get(next) : null;
    }

    @Override
    public void next() {
        next++;
    }

    @Override
    public boolean isExhausted() {
        return next == users.size();
    }
}
