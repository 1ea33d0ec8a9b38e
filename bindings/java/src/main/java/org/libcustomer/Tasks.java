package org.libcustomer;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A Java executor as the two C callbacks of a batch. Each task is run once, by whoever takes it first: the executor, or, when
 * the run waits, the thread that made it. A task that the executor gets to after the run finds itself taken and does nothing.
 */
final class Tasks {
    private final class Task implements Runnable {
        private final AtomicBoolean taken = new AtomicBoolean();
        private final CountDownLatch done = new CountDownLatch(1);
        private final Abi.TaskFunction function;
        private final Pointer argument;
        private final long index;

        Task(Abi.TaskFunction function, Pointer argument, long index) {
            this.function = function;
            this.argument = argument;
            this.index = index;
        }

        @Override
        public void run() {
            if (taken.compareAndSet(false, true)) {
                try {
                    function.invoke(argument, index);
                } finally {
                    done.countDown();
                }
            }
        }
    }

    private final Executor executor;
    private final List<Task> submitted = new ArrayList<>();

    Tasks(Executor executor) {
        this.executor = executor;
    }

    int submit(Pointer data, Abi.TaskFunction function, Pointer argument, long count) {
        List<Task> tasks;
        try {
            tasks = new ArrayList<>(Math.toIntExact(count));
            for (long i = 0; i < count; i++) {
                tasks.add(new Task(function, argument, i));
            }
            submitted.addAll(tasks);
        } catch (OutOfMemoryError full) {
            return 1;
        }
        try {
            for (Task task : tasks) {
                executor.execute(task);
            }
        } catch (RuntimeException refused) {
            return 0;    // what it did not take is run while waiting
        }
        return 0;
    }

    void await(Pointer data) {
        boolean interrupted = false;
        for (Task task : submitted) {
            task.run();
        }
        for (Task task : submitted) {
            while (true) {
                try {
                    task.done.await();
                    break;
                } catch (InterruptedException signal) {
                    interrupted = true;
                }
            }
        }
        submitted.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
