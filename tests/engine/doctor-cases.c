/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "doctor-cases.h"

#include <stddef.h>

/* Four inputs into a head, with the rest of the line as its parameters. */
#define HEAD(head, output)                                                                         \
  "x input shape=4\n"                                                                              \
  "h dense units=8 activation=relu <- x\n"                                                         \
  "d dense " head " <- h\n"                                                                        \
  "y output " output " <- d\n"

/* Forty rows of a yes-or-no column, a class, two labels, numbers. */
#define TABLE                                                                                      \
  "% csv t 40 a,b,c,d,yes,class,one,two,number,share "                                             \
  "1,0,0,1,0,red,1,1,7.5,0.2 0,1,0,1,1,green,0,1,-3,0.7 0,0,1,0,1,blue,1,0,2.25,0.5 "              \
  "1,1,1,0,0,red,0,0,11,0.1\n"                                                                     \
  "% bind x t a b c d\n"

#define WORDS                                                                                      \
  "w input shape=6 dtype=int32\n"                                                                  \
  "e embedding input_dim=10 output_dim=3 mask_zero=true <- w\n"

/* Ids, filled up with 0 at the end; with 0 between others. */
#define PADDED "% npy ids 20,6 1,2,3,0,0,0,4,5,6,7,0,0\n% bind w ids ids\n"
#define HOLES  "% npy ids 20,6 1,0,3,0,0,0,4,5,6,7,0,0\n% bind w ids ids\n"

/* Scores for each of eight steps, and three labels in their order. */
#define SPOKEN(head, output)                                                                       \
  "x input shape=8,2\nd dense units=5 " head " <- x\ny output loss=ctc " output " <- d\n"          \
  "% npy x 20,8,2 0.5,-1,2,0.25,1\n% npy y 20,3 1,2,0,3,3,4,4,0,0\n% bind x x x\n% bind y y y\n"

/* Three labels, of which −1 is not known. */
#define PARTLY_KNOWN                                                                               \
  "% npy x 40,2 0.5,-1,2,0.25,1\n% npy y 40,3 1,-1,0,0,1,0,-1,0,1,1,1\n% bind x x x\n"             \
  "% bind y y y\n% column y y number none\n"

const DoctorCase doctor_cases[] = {
    /* ── heads ───────────────────────────────────────────────────────────────────────────────── */
    {"softmax-one-unit", "always answers 1", 1,
     HEAD("units=1 activation=softmax", "loss=binary_crossentropy"),
     HEAD("units=1 activation=sigmoid", "loss=binary_crossentropy")},
    {"softmax-one-unit", "“d” has one unit with softmax", 2,
     HEAD("units=1 activation=softmax", "loss=categorical_crossentropy") TABLE "% bind y t class\n",
     HEAD("units=3 activation=softmax", "loss=categorical_crossentropy") TABLE
     "% bind y t class\n"},
    {"scores-as-probabilities", "add softmax, or turn on From logits", 2,
     HEAD("units=3", "loss=categorical_crossentropy"),
     HEAD("units=3", "loss=categorical_crossentropy from_logits=true")},
    {"scores-as-probabilities", "add sigmoid", 1,
     HEAD("units=3 activation=tanh", "loss=binary_crossentropy"),
     HEAD("units=3 activation=tanh", "loss=mean_squared_error")},
    {"squashed-by-both", "squashes them again", 2,
     HEAD("units=3 activation=sigmoid", "loss=binary_crossentropy from_logits=true"),
     HEAD("units=3 activation=sigmoid", "loss=binary_crossentropy")},
    {"squashed-twice", "“s” squashes probabilities that “d” made", 2,
     "x input shape=4\nd dense units=2 activation=sigmoid <- x\ns activation activation=sigmoid <- "
     "d\n"
     "y output loss=binary_crossentropy <- s\n",
     "x input shape=4\nd dense units=2 <- x\ns activation activation=sigmoid <- d\n"
     "y output loss=binary_crossentropy <- s\n"},
    {"sigmoid-categorical", "independent probabilities (sigmoid)", 2,
     HEAD("units=3 activation=sigmoid", "loss=categorical_crossentropy"),
     HEAD("units=3 activation=softmax", "loss=categorical_crossentropy")},
    {"sigmoid-categorical", "labels that do not", 1,
     HEAD("units=3 activation=sigmoid", "loss=sparse_categorical_crossentropy"),
     HEAD("units=3 activation=softmax", "loss=sparse_categorical_crossentropy")},
    {"softmax-binary", "judges each for itself", 2,
     HEAD("units=3 activation=softmax", "loss=binary_crossentropy"),
     HEAD("units=3 activation=softmax", "loss=categorical_crossentropy")},
    {"sigmoid-two-units", "exactly one is", 2,
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy") TABLE "% bind y t yes\n",
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy") TABLE "% bind y t one two\n"},
    {"noise-after-head", "disturbs the answer of “y” itself", 1,
     "x input shape=4\nd dense units=1 <- x\nr dropout <- d\ny output <- r\n",
     "x input shape=4\nr dropout <- x\nd dense units=1 <- r\ny output <- d\n"},
    {"head-misses-target", "is yes or no", 1,
     HEAD("units=1", "loss=mean_squared_error") TABLE "% bind y t yes\n",
     HEAD("units=1", "loss=mean_squared_error") TABLE "% bind y t number\n"},
    {"head-misses-target", "is one of 3 classes", 1,
     HEAD("units=3", "loss=mean_squared_error") TABLE "% bind y t class\n",
     HEAD("units=3 activation=softmax", "loss=mean_squared_error") TABLE "% bind y t class\n"},
    {"metric-left-out", "“y” does not measure Accuracy: the targets are percentages", 1,
     HEAD("units=1 activation=sigmoid", "loss=binary_crossentropy") TABLE "% bind y t share\n",
     HEAD("units=1 activation=sigmoid", "loss=binary_crossentropy") TABLE "% bind y t yes\n"},
    {"metric-left-out", "measure AUC, Average precision: the targets are percentages", 1,
     HEAD("units=1 activation=sigmoid",
          "loss=binary_crossentropy metrics=auc,mae,average_precision") TABLE "% bind y t share\n",
     HEAD("units=1 activation=sigmoid",
          "loss=binary_crossentropy metrics=auc,mae,average_precision") TABLE "% bind y t yes\n"},
    {"metric-left-out", "does not measure Recall: needs probabilities", 1,
     HEAD("units=1", "loss=mean_squared_error metrics=recall"),
     HEAD("units=1", "loss=mean_squared_error")},
    {"metric-left-out", "these are more than 32", 1,
     HEAD("units=40 activation=softmax",
          "loss=sparse_categorical_crossentropy metrics=confusion_matrix"),
     HEAD("units=32 activation=softmax",
          "loss=sparse_categorical_crossentropy metrics=confusion_matrix")},
    {"accuracy-by-label", "who always says no is right as often", 1,
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy metrics=accuracy") TABLE
     "% csv l 40 p,q 0,0 0,0 0,0 0,0 0,0 0,0 0,0 1,0 0,0 0,0 0,0 0,0 0,0 0,0 0,0 0,1\n% bind y l p "
     "q\n",
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy metrics=accuracy") TABLE
     "% bind y t one two\n"},

    /* ── targets ─────────────────────────────────────────────────────────────────────────────── */
    {"target-width", "gives 1 per row but its target has 2", 1,
     HEAD("units=1 activation=sigmoid", "loss=binary_crossentropy") TABLE "% bind y t one two\n",
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy") TABLE "% bind y t one two\n"},
    {"target-width", "gives 5 per row but its target has only 3", 1,
     HEAD("units=5 activation=softmax", "loss=categorical_crossentropy") TABLE "% bind y t class\n",
     HEAD("units=3 activation=softmax", "loss=categorical_crossentropy") TABLE
     "% bind y t class\n"},
    /* a hidden layer keeps its units, as does one that others read, or that is per step */
    {"target-width", "gives 8 per row but its target has only 2", 1,
     "x input shape=4\nh dense units=8 activation=relu <- x\n"
     "y output loss=mean_squared_error <- h\n" TABLE "% bind y t one two\n",
     HEAD("units=2", "loss=mean_squared_error") TABLE "% bind y t one two\n"},
    {"target-width", "gives 8 per row but its target has only 2", 1,
     "x input shape=4\nh dense units=8 <- x\ng dense units=1 <- h\nz output <- g\n"
     "y output loss=mean_squared_error <- h\n" TABLE "% bind y t one two\n",
     HEAD("units=2", "loss=mean_squared_error") TABLE "% bind y t one two\n"},
    {"target-width", "gives 12 per row but its target has only 2", 1,
     "x input shape=3,2\nh dense units=4 <- x\nf flatten <- h\n"
     "y output loss=mean_squared_error <- f\n% npy x 40,3,2 1,2,3\n" TABLE "% bind x x x\n"
     "% bind y t one two\n",
     "x input shape=3,2\nf flatten <- x\nh dense units=2 <- f\n"
     "y output loss=mean_squared_error <- h\n% npy x 40,3,2 1,2,3\n" TABLE "% bind x x x\n"
     "% bind y t one two\n"},
    {"target-width", "gives 3 per row but its target has only 1", 2,
     HEAD("units=3", "loss=mean_squared_error") TABLE
     "% csv k 40 kind 0 3 7\n% column k kind number none\n% bind y k kind\n",
     HEAD("units=1", "loss=mean_squared_error") TABLE
     "% csv k 40 kind 0 3 7\n% column k kind number none\n% bind y k kind\n"},
    {"class-numbers", "has classes 0 to 2, but", 2,
     HEAD("units=3 activation=softmax", "loss=sparse_categorical_crossentropy") TABLE
     "% csv k 40 kind 1 2 3\n% column k kind number none\n% bind y k kind\n",
     HEAD("units=3 activation=softmax", "loss=sparse_categorical_crossentropy") TABLE
     "% csv k 40 kind 0 1 2\n% column k kind number none\n% bind y k kind\n"},
    {"class-numbers", "holds fractions", 1,
     HEAD("units=3 activation=softmax", "loss=sparse_categorical_crossentropy") TABLE
     "% bind y t number\n",
     HEAD("units=3 activation=softmax", "loss=sparse_categorical_crossentropy") TABLE
     "% bind y t class\n"},
    {"class-count", "has 2 units, but its target “class” has 3 classes", 1,
     HEAD("units=2 activation=softmax", "loss=sparse_categorical_crossentropy") TABLE
     "% bind y t class\n",
     HEAD("units=3 activation=softmax", "loss=sparse_categorical_crossentropy") TABLE
     "% bind y t class\n"},
    {"class-unseen", "A test row has “c”", 1,
     HEAD("units=3 activation=softmax",
          "loss=sparse_categorical_crossentropy") "% csv t 30 a,b,c,d,class 1,0,0,1,a 0,1,0,1,b "
                                                  "1,0,0,1,a 0,1,0,1,b 1,0,0,1,a 0,1,0,1,b "
                                                  "1,0,0,1,a "
                                                  "0,1,0,1,b 1,0,0,1,a 0,1,0,1,b 1,0,0,1,a "
                                                  "0,1,0,1,b 1,0,0,1,a 0,1,0,1,b 1,0,0,1,a "
                                                  "0,1,0,1,b "
                                                  "1,0,0,1,a 0,1,0,1,b 1,0,0,1,a 0,1,0,1,b "
                                                  "1,0,0,1,a 0,1,0,1,b 1,0,0,1,a 0,1,0,1,b "
                                                  "1,0,0,1,a "
                                                  "0,1,0,1,b 1,0,0,1,a 0,1,0,1,b 1,0,0,1,c "
                                                  "0,1,0,1,c\n"
                                                  "% bind x t a b c d\n% bind y t class\n% split "
                                                  "0.2 0.2\n",
     HEAD("units=3 activation=softmax", "loss=sparse_categorical_crossentropy") TABLE
     "% bind y t class\n% split 0.2 0.2\n"},
    {"target-range", "wants targets from 0 to 1, but", 2,
     HEAD("units=1 activation=sigmoid", "loss=binary_crossentropy") TABLE "% bind y t number\n",
     HEAD("units=1 activation=sigmoid", "loss=binary_crossentropy") TABLE "% bind y t share\n"},
    {"target-range", "is standardised", 3,
     HEAD("units=1 activation=sigmoid", "loss=binary_crossentropy") TABLE
     "% bind y t share\n% column t share number standardize\n",
     HEAD("units=1 activation=sigmoid", "loss=binary_crossentropy") TABLE
     "% bind y t number\n% column t number number minmax\n"},
    {"target-range", "wants targets from 0 to 1, but", 2,
     "x input shape=2\nd dense units=3 activation=sigmoid <- x\n"
     "y output loss=binary_crossentropy <- d\n" PARTLY_KNOWN,
     "x input shape=2\nd dense units=3 activation=sigmoid <- x\n"
     "y output loss=binary_crossentropy ignored=-1 <- d\n" PARTLY_KNOWN},
    {"label-length", "has 4 numbers, but its columns give 3", 1, SPOKEN("", "label_length=4"),
     SPOKEN("", "label_length=3")},
    {"labels-from-probabilities", "“d” has made probabilities of them", 1,
     SPOKEN("activation=softmax", "label_length=3"), SPOKEN("", "label_length=3")},
    {"sample-weights", "no column says them", 1,
     HEAD("units=1", "loss=mean_squared_error sample_weight=sample") TABLE "% bind y t number\n",
     HEAD("units=1", "loss=mean_squared_error sample_weight=sample") TABLE
     "% bind y t number\n% bind y/weight t share\n"},
    {"sample-weights", "takes 1 per row, but its columns give 2", 1,
     HEAD("units=1", "loss=mean_squared_error sample_weight=sample") TABLE
     "% bind y t number\n% bind y/weight t one two\n",
     HEAD("units=1", "loss=mean_squared_error sample_weight=sample") TABLE
     "% bind y t number\n% bind y/weight t two\n"},
    {"sample-weights", "column “number”: -3 weighs a sample of “y”", 1,
     HEAD("units=1", "loss=mean_squared_error sample_weight=sample") TABLE
     "% bind y t share\n% bind y/weight t number\n",
     HEAD("units=1", "loss=mean_squared_error sample_weight=sample") TABLE
     "% bind y t number\n% bind y/weight t share\n"},
    {"target-empty", "has 20 empty cells (the first: “l.csv”, line 3, column “q”)", 1,
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy") TABLE
     "% csv l 40 p,q 0,1 1, 0,0 ,1\n% bind y l p q\n",
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy") TABLE
     "% csv l 40 p,q 0,1 1,0 0,0 1,1\n% bind y l p q\n"},
    {"label-constant", "“q”: never 1 in the training rows", 1,
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy ignore_empty=true") TABLE
     "% csv l 40 p,q 0, 1,0 0, 1,0\n% bind y l p q\n",
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy ignore_empty=true") TABLE
     "% csv l 40 p,q 0, 1,0 0, 1,1\n% bind y l p q\n"},
    {"rows-not-distributions", "do not exclude each other", 1,
     HEAD("units=2 activation=softmax", "loss=categorical_crossentropy") TABLE
     "% bind y t one two\n",
     HEAD("units=2 activation=softmax", "loss=categorical_crossentropy") TABLE
     "% csv l 40 p,q 0,1 1,0 0.5,0.5\n% bind y l p q\n"},
    {"label-constant", "“q”: never 1 in the training rows", 1,
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy") TABLE
     "% csv l 40 p,q 0,0 1,0\n% bind y l p q\n",
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy") TABLE
     "% csv l 40 p,q 0,0 1,0 1,1\n% bind y l p q\n"},
    {"label-constant", "“q”: always 1 in the training rows", 2,
     HEAD("units=2 activation=sigmoid",
          "loss=binary_crossentropy") "% csv t 20 a,b,c,d,p,q 1,0,0,1,0,1 1,0,0,1,1,1 1,0,0,1,0,1 "
                                      "1,0,0,1,0,1 1,0,0,1,1,1 1,0,0,1,0,1 "
                                      "1,0,0,1,0,1 1,0,0,1,1,1 1,0,0,1,0,1 1,0,0,1,0,1 1,0,0,1,1,1 "
                                      "1,0,0,1,0,1 1,0,0,1,0,1 "
                                      "1,0,0,1,1,1 1,0,0,1,0,1 1,0,0,1,0,1 1,0,0,1,1,1 1,0,0,1,0,1 "
                                      "1,0,0,1,0,0 1,0,0,1,0,0\n"
                                      "% bind x t a b c d\n% bind y t p q\n% split 0.2 0.2\n",
     HEAD("units=2 activation=sigmoid", "loss=binary_crossentropy") TABLE "% bind y t one two\n"},

    /* ── masks ───────────────────────────────────────────────────────────────────────────────── */
    {"merge-drops-mask", "The mask ends at “s”, because “f” has none", 1,
     WORDS "v input shape=6 dtype=int32\nf embedding input_dim=9 output_dim=3 <- v\ns add <- e f\n"
           "d dense units=1 <- s\ny output <- d\n",
     WORDS "v input shape=6 dtype=int32\nf embedding input_dim=9 output_dim=3 mask_zero=true <- v\n"
           "s add <- e f\nd dense units=1 <- s\ny output <- d\n"},
    {"mask-lost", "The mask ends at “c” (Conv1D)", 0,
     WORDS "c conv1d filters=2 kernel_size=3 padding=same <- e\nd dense units=1 <- c\n"
           "y output <- d\n",
     WORDS "d dense units=1 <- e\ny output <- d\n"},
    {"padding-counts", "Most rows of “w” are filled up with 0", 1,
     "w input shape=6 dtype=int32\ne embedding input_dim=10 output_dim=3 <- w\n"
     "d dense units=1 <- e\ny output <- d\n" PADDED,
     WORDS "d dense units=1 <- e\ny output <- d\n" PADDED},
    {"mask-in-data", "it stands between other steps", 1,
     WORDS "d dense units=1 <- e\ny output <- d\n" HOLES,
     WORDS "d dense units=1 <- e\ny output <- d\n" PADDED},
    {"mask-in-data", "or at both ends", 1,
     "g input shape=5,1\nm masking mask_value=0 <- g\nd dense units=1 <- m\ny output <- d\n"
     "% npy gap 20,5,1 0,0,9,4,0,0,7,5,2,0\n% bind g gap gap\n",
     "g input shape=5,1\nm masking mask_value=-1 <- g\nd dense units=1 <- m\ny output <- d\n"
     "% npy gap 20,5,1 -1,-1,9,4,0,-1,7,5,2,0\n% bind g gap gap\n"},
    {"row-all-masked", "masks every step of", 1,
     WORDS "d dense units=1 <- e\ny output <- d\n"
           "% npy ids 20,6 1,2,3,0,0,0,0,0,0,0,0,0\n% bind w ids ids\n",
     WORDS "d dense units=1 <- e\ny output <- d\n" PADDED},
    {"mask-scaled", "that number arrives as another one", 1,
     "g input shape=5,1\nm masking mask_value=-1 <- g\nd dense units=1 <- m\ny output <- d\n"
     "% npy gap 20,5,1 -1,-1,9,4,0,-1,7,5,2,0\n% bind g gap gap\n% column gap gap number minmax\n",
     "g input shape=5,1\nm masking mask_value=-1 <- g\nd dense units=1 <- m\ny output <- d\n"
     "% npy gap 20,5,1 -1,-1,9,4,0,-1,7,5,2,0\n% bind g gap gap\n"},

    {"times-as-gaps", "“t” counts down from step to step, but Δt of “l” is the time since", 1,
     "a input shape=5,2\nb input shape=5,1\nm masking mask_value=-1 <- b\n"
     "l lstm units=3 decay=log <- a m\nd dense units=1 <- l\ny output <- d\n"
     "% npy t 20,5,1 -1,9,4,2,0,8,7,5,5,0\n% bind b t t\n",
     "a input shape=5,2\nb input shape=5,1\nm masking mask_value=-1 <- b\n"
     "l lstm units=3 decay=log <- a m\nd dense units=1 <- l\ny output <- d\n"
     "% npy t 20,5,1 -1,0,4,2,7,0,7,5,1,2\n% bind b t t\n"},
    {"times-as-gaps", "“t” counts up from step to step", 1,
     "a input shape=5,2\nb input shape=5,1\nl lstm units=3 decay=log <- a b\n"
     "d dense units=1 <- l\ny output <- d\n"
     "% npy t 20,5,1 1,2,4,5,9,0,2,3,3,8\n% bind b t t\n",
     "a input shape=5,2\nb input shape=5,1\nl lstm units=3 decay=log <- a b\n"
     "d dense units=1 <- l\ny output <- d\n"
     "% npy t 20,5,1 1,2,4,5,9,0,2,3,3,8\n% bind b t t\n% column t t number gaps\n"},

    /* ── sequences ───────────────────────────────────────────────────────────────────────────── */
    {"return-sequences", "one answer per sentence (2) but its target has one per word (6 × 2)", 2,
     WORDS "l lstm units=3 <- e\nd dense units=2 activation=softmax <- l\n"
           "y output loss=categorical_crossentropy <- d\n" PADDED
           "% npy tags 20,6,2 0,1\n% bind y tags tags\n",
     WORDS "l lstm units=3 return_sequences=true <- e\nd dense units=2 activation=softmax <- l\n"
           "y output loss=categorical_crossentropy <- d\n" PADDED
           "% npy tags 20,6,2 0,1\n% bind y tags tags\n"},
    {"target-width", "gives 12 per row but its target has only 2", 1,
     WORDS "l lstm units=3 return_sequences=true <- e\nd dense units=2 activation=softmax <- l\n"
           "y output loss=categorical_crossentropy <- d\n" PADDED
           "% npy tags 20,2 0,1\n% bind y tags tags\n",
     WORDS "l lstm units=3 <- e\nd dense units=2 activation=softmax <- l\n"
           "y output loss=categorical_crossentropy <- d\n" PADDED
           "% npy tags 20,2 0,1\n% bind y tags tags\n"},
    {"second-sequence", "Δt", 1,
     "a input shape=6,2\nb input shape=6,2\nl lstm units=3 <- a b\nd dense units=1 <- l\n"
     "y output <- d\n",
     "a input shape=6,2\nb input shape=6,1\nl lstm units=3 decay=log <- a b\nd dense units=1 <- l\n"
     "y output <- d\n"},
    {"second-sequence", "must be a state of 3 numbers", 1,
     "a input shape=6,2\nb input shape=6,1\nl simple_rnn units=3 initial_state=true <- a b\n"
     "d dense units=1 <- l\ny output <- d\n",
     "a input shape=6,2\nb input shape=3\nl simple_rnn units=3 initial_state=true <- a b\n"
     "d dense units=1 <- l\ny output <- d\n"},
    {"sequence-left-out", "“m” leads nowhere, while “l” reads another sequence", 2,
     "a input shape=6,2\nb input shape=6,1\nm masking <- b\nl lstm units=3 <- a\n"
     "d dense units=1 <- l\ny output <- d\n",
     "a input shape=6,2\nb input shape=6,1\nm masking <- b\nl lstm units=3 decay=inverse <- a m\n"
     "d dense units=1 <- l\ny output <- d\n"},
    {"states-drop-mask", "switch the automatic mask off", 0,
     WORDS "s input shape=3\nl simple_rnn units=3 initial_state=true <- e s\n"
           "d dense units=1 <- l\ny output <- d\n",
     WORDS "l simple_rnn units=3 <- e\nd dense units=1 <- l\ny output <- d\n"},
    {"relu-recurrent", "over 20 steps its numbers and gradients may explode", 2,
     "a input shape=20,2\nl simple_rnn units=3 activation=relu <- a\nd dense units=1 <- l\n"
     "y output <- d\n",
     "a input shape=1,2\nl simple_rnn units=3 activation=relu <- a\nd dense units=1 <- l\n"
     "y output <- d\n"},
    {"dense-per-step", "allowed, and redundant", 1,
     "a input shape=6,2\nl lstm units=2 return_sequences=true <- a\n"
     "d dense units=1 per_step=true <- l\ny output <- d\n",
     "a input shape=6,2\nl lstm units=2 return_sequences=true <- a\nd dense units=1 <- l\n"
     "y output <- d\n"},

    /* ── penalties ───────────────────────────────────────────────────────────────────────────── */
    {"penalty-after-softmax", "the probabilities of a softmax", 1,
     "x input shape=4\nd dense units=3 activation=softmax <- x\np penalty rate=0.01 <- d\n"
     "y output loss=categorical_crossentropy <- p\n",
     "x input shape=4\nh dense units=3 activation=relu <- x\np penalty rate=0.01 <- h\n"
     "d dense units=3 activation=softmax <- p\ny output loss=categorical_crossentropy <- d\n"},
    {"penalty-after-softmax", "changes nothing", 1,
     HEAD("units=3 activation=softmax activity_l1=0.1", "loss=categorical_crossentropy"),
     HEAD("units=3 activation=softmax kernel_l1=0.1", "loss=categorical_crossentropy")},
    {"penalty-dominates", "take a smaller rate", 1,
     "x input shape=4\nh dense units=512 activation=relu activity_l2=1 <- x\nd dense units=1 <- h\n"
     "y output <- d\n",
     "x input shape=4\nh dense units=512 activation=relu activity_l2=0.001 <- x\n"
     "d dense units=1 <- h\ny output <- d\n"},
    {"penalty-dominates", "the losses near", 1,
     "x input shape=400\nd dense units=100 kernel_l2=10 <- x\ny output <- d\n",
     "x input shape=400\nd dense units=100 kernel_l2=0.01 <- x\ny output <- d\n"},
    {"both-penalties", "keeps the weights small, whatever the data", 2,
     "x input shape=4\nd dense units=3 kernel_l2=0.01 activity_l2=0.01 <- x\ny output <- d\n",
     "x input shape=4\nd dense units=3 kernel_l2=0.01 <- x\ny output <- d\n"},

    {"decay-and-penalty", "are kept small twice", 2,
     HEAD("units=1 kernel_l2=0.01", "") "% set optimizer=adamw\n",
     HEAD("units=1", "") "% set optimizer=adamw\n"},

    /* ── data and splits ─────────────────────────────────────────────────────────────────────── */
    {"input-width", "takes 4 per row but its columns give 2", 1,
     HEAD("units=1", "") TABLE "% bind x t a b\n% bind y t number\n",
     HEAD("units=1", "") TABLE "% bind y t number\n"},
    {"few-training-rows", "are left for training", 1,
     HEAD("units=1", "") TABLE "% bind y t number\n% split 0.5 0.45\n",
     HEAD("units=1", "") TABLE "% bind y t number\n"},
    {"no-validation", "judged on the rows that it learnt by heart", 1,
     HEAD("units=1", "") TABLE "% bind y t number\n% split 0 0.2\n",
     HEAD("units=1", "") TABLE "% bind y t number\n% split 0.2 0\n"},
    {"few-validation-rows", "4 validation rows judge by chance", 1,
     HEAD("units=1", "") TABLE "% bind y t number\n% split 0.1 0.1\n",
     HEAD("units=1", "") TABLE "% bind y t number\n% split 0.5 0.1\n"},
    {"same-rows-twice", "validates with the rows that train", 1,
     HEAD("units=1", "") TABLE "% bind y t number\n% more t t validation\n",
     HEAD("units=1", "") TABLE "% bind y t number\n"},
    {"unscaled-input", "unscaled; layers learn slowly", 3,
     HEAD("units=1", "") TABLE "% csv u 40 p,q,r,s 1,0,0,500 0,1,1,900\n% bind x u p q r s\n"
                               "% bind y t number\n",
     HEAD("units=1", "") TABLE "% csv u 40 p,q,r,s 1,0,0,500 0,1,1,900\n% bind x u p q r s\n"
                               "% bind y t number\n% column u s number standardize\n"},
    {"unscaled-input", "beside each other, the small ones are not seen", 3,
     HEAD("units=1", "") TABLE
     "% csv u 40 p,q,r,s 0.001,0.3,0.5,40 0.002,0.1,0.1,30\n% bind x u p q r s\n"
     "% bind y t number\n",
     HEAD("units=1", "") TABLE "% csv u 40 p,q,r,s 0.5,0.3,0.5,40 0.1,0.1,0.1,30\n"
                               "% bind x u p q r s\n% bind y t number\n"},
    {"unscaled-input", "unscaled; layers learn slowly", 1,
     "g input shape=5,1\nm masking mask_value=-1 <- g\nd dense units=1 <- m\ny output <- d\n"
     "% npy gap 20,5,1 -1,-1,900,4,0,-1,700,5,2,0\n% bind g gap gap\n",
     "g input shape=5,1\nm masking mask_value=99999999 <- g\nd dense units=1 <- m\ny output <- d\n"
     "% npy gap 20,5,1 99999999,99999999,9,4,0,99999999,7,5,2,0\n% bind g gap gap\n"},
    {"constant-column", "“r” is the same in all", 1,
     HEAD("units=1", "") TABLE "% csv u 40 p,q,r,s 1,0,3,5 0,1,3,9\n% bind x u p q r s\n"
                               "% bind y t number\n",
     HEAD("units=1", "") TABLE "% bind y t number\n"},

    {"input-width", "takes 8 per row but its columns give 6", 3,
     "w input shape=8 dtype=int32\ne embedding input_dim=10 output_dim=3 mask_zero=true <- w\n"
     "d dense units=1 <- e\ny output <- d\n" PADDED,
     WORDS "d dense units=1 <- e\ny output <- d\n" PADDED},
    {"target-width", "gives 12 per row but its target has only 8", 2,
     WORDS
     "d dense units=2 activation=softmax <- e\ny output loss=categorical_crossentropy <- d\n" PADDED
     "% npy tags 20,4,2 0,1\n% bind y tags tags\n",
     WORDS
     "d dense units=2 activation=softmax <- e\ny output loss=categorical_crossentropy <- d\n" PADDED
     "% npy tags 20,6,2 0,1\n% bind y tags tags\n"},

    /* ── ids ─────────────────────────────────────────────────────────────────────────────────── */
    {"ids-as-numbers", "d", 2, "w input shape=6 dtype=int32\nd dense units=1 <- w\ny output <- d\n",
     "w input shape=6\nd dense units=1 <- w\ny output <- d\n"},
    {"numbers-as-ids", "its input carries numbers", 1,
     "w input shape=6\ne embedding <- w\ny output <- e\n",
     "w input shape=6 dtype=int32\ne embedding <- w\ny output <- e\n"},
    {"id-out-of-range", "row 2 of “ids” has 12; give it 13 ids", 1,
     WORDS "d dense units=1 <- e\ny output <- d\n% npy ids 20,6 1,2,3,0,0,0,4,5,6,12,0,0\n"
           "% bind w ids ids\n",
     WORDS "d dense units=1 <- e\ny output <- d\n" PADDED},

    /* ── training ────────────────────────────────────────────────────────────────────────────── */
    {"learning-rate", "nothing is learnt", 1,
     HEAD("units=1", "") "% set optimizer.learning_rate=0\n", HEAD("units=1", "")},
    {"learning-rate", "very large for Adam", 1,
     HEAD("units=1", "") "% set optimizer.learning_rate=3\n",
     HEAD("units=1", "") "% set optimizer=sgd\n% set optimizer.learning_rate=1\n"},
    {"no-weight-at-all", "there is nothing to learn", 1, HEAD("units=1", "weight=0"),
     HEAD("units=1", "")},
    {"loss-weights", "training hardly sees it", 1,
     HEAD("units=1", "") "z output weight=0.0001 <- h\n",
     HEAD("units=1", "") "z output weight=0.2 <- h\n"},
    {"batch-too-large", "A batch of 100 rows is more than", 1,
     HEAD("units=1", "") TABLE "% bind y t number\n% set training.batch_size=100\n",
     HEAD("units=1", "") TABLE "% bind y t number\n% set training.batch_size=10\n"},
    {"batch-of-one", "a batch is one row", 2,
     "x input shape=4\nb batch_normalization <- x\nd dense units=1 <- b\ny output <- d\n"
     "% set training.batch_size=1\n",
     "x input shape=4\nb batch_normalization <- x\nd dense units=1 <- b\ny output <- d\n"},
    {"dead-branch", "“k” leads to no output", 1, HEAD("units=1", "") "j dense <- h\nk dense <- j\n",
     HEAD("units=1", "")},
    {NULL},
};
