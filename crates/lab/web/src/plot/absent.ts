// Stands for optional parts of jsPDF that the lab does not use.
export default undefined;
