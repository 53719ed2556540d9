"""What the commands do: these modules import `keras_gan`, and no others here do."""
