// A TaylorNet in TensorFlow.js, built from the same settings as ours. Runs in the page of the contender.
//
// Everything is made of operations that every backend has with their gradients: taps as slices, monomials as products,
// the local polynomial as one matrix product.

const { tf } = globalThis;

const CLASSES = 10;
/** As in our engine. */
const NORM_EPSILON = 1e-5;
const STATISTICS_MOMENTUM = 0.9;

/** Random weights of variance 1/inputs. */
const weights = (shape, inputs, name) => tf.variable(tf.randomNormal(shape, 0, Math.sqrt(1 / inputs)), true, name);

/** Output side of a cluster of two taps. */
const outputSide = (size, stride, dilation) => Math.floor((size - dilation - 1) / stride) + 1;

/**
 * One tap of every 2x2 cluster: [n, h, w, c] to [n, out, out, c].
 * `stridedSlice` has no gradient, so a stride of two goes through a reshape that puts odd and even values apart.
 */
function tap(x, row, column, { stride, dilation }) {
  const [n, h, w, c] = x.shape;
  if (stride[0] === 1) {
    const [oh, ow] = [h - dilation, w - dilation];
    return tf.slice(x, [0, row * dilation, column * dilation, 0], [n, oh, ow, c]);
  }
  if (stride[0] !== 2 || dilation !== 1 || h % 2 || w % 2) throw new Error("only whole 2x2 clusters can have a stride");
  const pairs = tf.reshape(x, [n * (h / 2), 2, w / 2, 2 * c]);
  const taps = tf.slice(pairs, [0, row, 0, column * c], [n * (h / 2), 1, w / 2, c]);
  return tf.reshape(taps, [n, h / 2, w / 2, c]);
}

/** The 14 monomials of each channel: [n, h, w, c] to [n, out, out, 14 * c]. */
function monomials(x, cg) {
  const taps = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([row, column]) => tap(x, row, column, cg));
  const products = taps.flatMap((left, i) => taps.slice(i).map((right) => tf.mul(left, right)));
  return tf.concat([...taps, ...products], 3);
}

/** A 3x3 convolution with padding 1 as patches and one matrix product. */
function convolutionOfPatches(x, kernel) {
  const [n, h, w, c] = x.shape;
  const padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]);
  const patches = [];
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) patches.push(tf.slice(padded, [0, row, column, 0], [n, h, w, c]));
  }
  const width = kernel.shape[3];
  const flat = tf.reshape(tf.concat(patches, 3), [n * h * w, 9 * c]);
  return tf.reshape(tf.matMul(flat, tf.reshape(kernel, [9 * c, width])), [n, h, w, width]);
}

/** A level: convolution, batch normalisation by the batch's own moments, coarse graining. */
class Level {
  constructor(block, inputs, index, { patches }) {
    const width = block.channels;
    const { order, cluster, sharing } = block.cg;
    if (block.operation !== "cg" || order !== 2 || String(cluster) !== "2,2" || sharing !== "shared") {
      throw new Error("this benchmark knows shared 2x2 clusters of order 2 only");
    }
    this.cg = block.cg;
    this.patches = patches;
    this.kernel = weights([3, 3, inputs, width], 9 * inputs, `kernel${index}`);
    this.convBias = tf.variable(tf.zeros([width]), true, `conv_bias${index}`);
    this.scale = tf.variable(tf.ones([width]), true, `scale${index}`);
    this.shift = tf.variable(tf.zeros([width]), true, `shift${index}`);
    this.coefficients = weights([14 * width, width], 14 * width, `coefficients${index}`);
    this.cgBias = tf.variable(tf.zeros([width]), true, `cg_bias${index}`);
    this.runningMean = tf.variable(tf.zeros([width]), false);
    this.runningVariance = tf.variable(tf.ones([width]), false);
  }

  get trainable() {
    return [this.kernel, this.convBias, this.scale, this.shift, this.coefficients, this.cgBias];
  }

  forward(x, statistics) {
    const convolved = this.patches ? convolutionOfPatches(x, this.kernel) : tf.conv2d(x, this.kernel, 1, "same");
    const biased = tf.add(convolved, this.convBias);
    const { mean, variance } = tf.moments(biased, [0, 1, 2]);
    statistics.push([this, tf.keep(mean.clone()), tf.keep(variance.clone())]);
    const normal = tf.batchNorm(biased, mean, variance, this.shift, this.scale, NORM_EPSILON);
    const features = monomials(normal, this.cg);
    const [n, h, w, count] = features.shape;
    const width = this.coefficients.shape[1];
    const out = tf.matMul(tf.reshape(features, [n * h * w, count]), this.coefficients);
    return tf.reshape(tf.add(out, this.cgBias), [n, h, w, width]);
  }

  /** Moves the running statistics towards those of the batch. */
  remember(mean, variance) {
    const follow = (old, now) => old.assign(tf.add(old.mul(STATISTICS_MOMENTUM), now.mul(1 - STATISTICS_MOMENTUM)));
    follow(this.runningMean, mean);
    follow(this.runningVariance, variance);
    mean.dispose();
    variance.dispose();
  }
}

/** The network with AdamW. */
export class TaylorNet {
  /**
   * @param {object} config `NetworkConfig` of kind `taylor_net`
   * @param {{patches: boolean, learningRate: number, weightDecay: number}} options
   */
  constructor(config, options) {
    let { height: size, channels } = config.input;
    this.levels = config.blocks.map((block, index) => {
      const level = new Level(block, channels, index, options);
      channels = block.channels;
      size = outputSide(size, block.cg.stride[0], block.cg.dilation);
      return level;
    });
    const features = size * size * channels;
    this.head = weights([features, CLASSES], features, "head");
    this.headBias = tf.variable(tf.zeros([CLASSES]), true, "head_bias");
    this.optimizer = tf.train.adam(options.learningRate, 0.9, 0.999, 1e-8);
    this.keep = 1 - options.learningRate * options.weightDecay;
  }

  get trainable() {
    return [...this.levels.flatMap((level) => level.trainable), this.head, this.headBias];
  }

  /** Number of trainable values. */
  get parameters() {
    return this.trainable.reduce((sum, variable) => sum + variable.size, 0);
  }

  #loss(images, targets, statistics) {
    const top = this.levels.reduce((x, level) => level.forward(x, statistics), images);
    const logits = tf.add(tf.matMul(tf.reshape(top, [top.shape[0], -1]), this.head), this.headBias);
    return tf.losses.softmaxCrossEntropy(targets, logits);
  }

  /** One training step; returns the loss, which waits on the device. */
  step(images, targets) {
    return tf.tidy(() => {
      const statistics = [];
      const { value, grads } = tf.variableGrads(() => this.#loss(images, targets, statistics), this.trainable);
      this.optimizer.applyGradients(grads);
      for (const variable of this.trainable) variable.assign(variable.mul(this.keep));
      for (const [level, mean, variance] of statistics) level.remember(mean, variance);
      return value;
    });
  }
}
