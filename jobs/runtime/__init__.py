"""What jobs run on: Java, Spark, the lake, sources, progress and the command line."""
