//! What is to be computed.

/// A result of an earlier instruction of the same program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value(pub(crate) u32);

/// An array that a program reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Array {
    /// The first input.
    First,
    /// The second input.
    Second,
    /// The output, with what was written up to here.
    Output,
}

/// Which of two numbers is larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `x < y`
    Less,
    /// `x <= y`
    LessEqual,
    /// `x > y`
    Greater,
    /// `x >= y`
    GreaterEqual,
    /// `x == y`
    Equal,
    /// `x != y`
    NotEqual,
    /// `!(x > y)`: also when one is not a number
    NotGreater,
}

/// A function that a program calls.
#[derive(Clone, Copy, Debug)]
pub enum Function {
    /// Of one number.
    One(extern "C" fn(f64) -> f64),
    /// Of two numbers.
    Two(extern "C" fn(f64, f64) -> f64),
    /// Of three numbers.
    Three(extern "C" fn(f64, f64, f64) -> f64),
}

/// One instruction; each has a value, in order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instruction {
    Constant(f64),
    Scalar,
    Read(Array, u32),
    Negate(Value),
    Absolute(Value),
    Add(Value, Value),
    Subtract(Value, Value),
    Multiply(Value, Value),
    Divide(Value, Value),
    /// 1 or 0.
    Compare(Comparison, Value, Value),
    /// The second if the first is not zero, else the third.
    Select(Value, Value, Value),
    Call(Function, [Value; 3]),
    /// It has no value of its own: that of what is written.
    Write(u32, Value),
    /// As before.
    Require(Comparison, Value, Value),
}

/// Instructions in the order of execution.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) lengths: [usize; 3],
}

impl Program {
    /// An empty program for arrays of these lengths: first and second input, output.
    pub fn new(lengths: [usize; 3]) -> Self {
        Self { instructions: Vec::new(), lengths }
    }

    /// Number of instructions.
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    fn push(&mut self, instruction: Instruction, operands: &[Value]) -> Value {
        let next = u32::try_from(self.instructions.len()).expect("fewer than 2^32 instructions");
        assert!(operands.iter().all(|x| x.0 < next), "operands come before what is made of them");
        self.instructions.push(instruction);
        Value(next)
    }

    /// A number.
    pub fn constant(&mut self, value: f64) -> Value {
        self.push(Instruction::Constant(value), &[])
    }

    /// The number that each call gives beside the arrays.
    pub fn scalar(&mut self) -> Value {
        self.push(Instruction::Scalar, &[])
    }

    /// A number of an array.
    ///
    /// # Panics
    /// When the position lies outside of the array.
    pub fn read(&mut self, array: Array, position: usize) -> Value {
        let position = self.position(array, position);
        self.push(Instruction::Read(array, position), &[])
    }

    /// Writes to the output.
    ///
    /// # Panics
    /// When the position lies outside of the output.
    pub fn write(&mut self, position: usize, x: Value) {
        let position = self.position(Array::Output, position);
        self.push(Instruction::Write(position, x), &[x]);
    }

    fn position(&self, array: Array, position: usize) -> u32 {
        assert!(position < self.lengths[array as usize], "no position {position} in {array:?}");
        u32::try_from(position).expect("fewer than 2^32 numbers")
    }

    /// `-x`
    pub fn negate(&mut self, x: Value) -> Value {
        self.push(Instruction::Negate(x), &[x])
    }

    /// `|x|`
    pub fn absolute(&mut self, x: Value) -> Value {
        self.push(Instruction::Absolute(x), &[x])
    }

    /// `x + y`
    pub fn add(&mut self, x: Value, y: Value) -> Value {
        self.push(Instruction::Add(x, y), &[x, y])
    }

    /// `x - y`
    pub fn subtract(&mut self, x: Value, y: Value) -> Value {
        self.push(Instruction::Subtract(x, y), &[x, y])
    }

    /// `x * y`
    pub fn multiply(&mut self, x: Value, y: Value) -> Value {
        self.push(Instruction::Multiply(x, y), &[x, y])
    }

    /// `x / y`
    pub fn divide(&mut self, x: Value, y: Value) -> Value {
        self.push(Instruction::Divide(x, y), &[x, y])
    }

    /// 1 if the comparison holds, else 0.
    pub fn compare(&mut self, comparison: Comparison, x: Value, y: Value) -> Value {
        self.push(Instruction::Compare(comparison, x, y), &[x, y])
    }

    /// Something that must hold: a run tells whether all of these did. It goes on in any case.
    pub fn require(&mut self, comparison: Comparison, x: Value, y: Value) {
        self.push(Instruction::Require(comparison, x, y), &[x, y]);
    }

    /// `if condition != 0 { yes } else { no }`
    pub fn select(&mut self, condition: Value, yes: Value, no: Value) -> Value {
        self.push(Instruction::Select(condition, yes, no), &[condition, yes, no])
    }

    /// A function of as many numbers as it takes.
    ///
    /// # Panics
    /// When the function takes another number of arguments.
    pub fn call(&mut self, function: Function, arguments: &[Value]) -> Value {
        let taken = match function {
            Function::One(_) => 1,
            Function::Two(_) => 2,
            Function::Three(_) => 3,
        };
        assert_eq!(arguments.len(), taken, "number of arguments");
        let at = |i: usize| arguments.get(i).copied().unwrap_or(arguments[0]);
        self.push(Instruction::Call(function, [at(0), at(1), at(2)]), arguments)
    }
}
